'use client';

import { exactOf, whenOf } from '@/client/lib/format-time';
import { FaceWithDot } from '@/client/user/presence-dot';
import { usePresence } from '@/client/user/presence';
import type { PresenceView } from '@/shared/signal';
import type { PersonView } from '@/shared/user';

const kinds = { registered: 'Member', visitor: 'Visitor', imported: 'From an import', bot: 'Bot' } as const;

/** Who somebody is, in a small card. */
export function PersonCard({ person }: { person: PersonView }) {
  const presence = usePresence(person.id);
  return (
    <div className="flex w-64 items-center gap-3 p-3.5">
      <FaceWithDot id={person.id} name={person.name} size={44} />
      <div className="min-w-0">
        <bdi className="block truncate text-base font-semibold">{person.name}</bdi>
        <span className="block text-sm text-soft">{kinds[person.kind]}</span>
        <span className="block h-4.5 truncate text-sm text-faint" data-testid="presence">
          {presence && <PresenceWords presence={presence} />}
        </span>
      </div>
    </div>
  );
}

function PresenceWords({ presence: { state, lastSeenAt } }: { presence: PresenceView }) {
  if (state === 'online') return 'Online';
  if (state === 'away') return 'Away';
  if (!lastSeenAt) return 'Offline';
  return (
    <time dateTime={lastSeenAt} title={exactOf(lastSeenAt)}>
      Last seen {whenOf(lastSeenAt)}
    </time>
  );
}
