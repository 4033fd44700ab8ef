'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { trpc } from '@/client/trpc';
import { PopoverLayer } from '@/client/ui/popover-layer';
import type { PopoverProps } from '@/client/ui/popover-button';
import { PersonCard } from '@/client/user/person-card';
import type { PersonView } from '@/shared/user';

/** A card that comes later than this feels slow. */
const waitMs = 200;

/** Somebody's card, beside their picture or name. It comes with their line, so that nothing in it moves. */
export function PersonPopover({ person, ...floating }: PopoverProps & { person: PersonView }) {
  const bio = useBio(person.id);
  if (bio === null) return null;
  return (
    <PopoverLayer {...floating} align="start">
      <PersonCard person={person} bio={bio} onClose={floating.onClose} />
    </PopoverLayer>
  );
}

/** The line that somebody has written about themselves, or ''; null while it may still come at once. */
function useBio(id: string): string | null {
  const { data, isPending } = useQuery({
    queryKey: ['person', id],
    queryFn: () => trpc().user.get.query({ id }),
    staleTime: 0,
  });
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), waitMs);
    return () => clearTimeout(timer);
  }, []);
  return isPending && !isLate ? null : (data?.bio ?? '');
}
