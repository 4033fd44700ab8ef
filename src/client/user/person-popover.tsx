'use client';

import { PopoverLayer } from '@/client/ui/popover-layer';
import type { PopoverProps } from '@/client/ui/popover-button';
import { PersonCard } from '@/client/user/person-card';
import type { PersonView } from '@/shared/user';

/** Somebody's card, beside their picture or name. */
export const PersonPopover = ({ person, ...floating }: PopoverProps & { person: PersonView }) => (
  <PopoverLayer {...floating} align="start">
    <PersonCard person={person} onClose={floating.onClose} />
  </PopoverLayer>
);
