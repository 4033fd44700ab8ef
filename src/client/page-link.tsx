'use client';

import type { AnchorHTMLAttributes } from 'react';
import { followInPage } from '@/client/paths';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A link to another place of this page. */
export function PageLink({ onClick, ...props }: Props) {
  return (
    // Children and semantics are the caller's: it is an ordinary link with one more click handler.
    // oxlint-disable-next-line jsx-a11y/anchor-has-content, jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <a
      {...props}
      onClick={(event) => {
        onClick?.(event);
        followInPage(event);
      }}
    />
  );
}
