'use client';

import type { AnchorHTMLAttributes } from 'react';
import { followInPage } from '@/client/paths';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A link to another place of this page. */
export function PageLink({ onClick, ...props }: Props) {
  return (
    <a
      {...props}
      onClick={(event) => {
        onClick?.(event);
        followInPage(event);
      }}
    />
  );
}
