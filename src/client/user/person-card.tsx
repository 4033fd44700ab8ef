'use client';

import { clsx } from 'clsx';
import { useState } from 'react';
import { exactOf, whenOf } from '@/client/lib/format-time';
import { usePersonActions, type PersonAction } from '@/client/user/person-actions';
import { FaceWithDot } from '@/client/user/presence-dot';
import { usePresence } from '@/client/user/presence';
import type { PresenceView } from '@/shared/signal';
import type { PersonView } from '@/shared/user';

const kinds = { registered: 'Member', visitor: 'Visitor', imported: 'From an import', bot: 'Bot' } as const;

/** Who somebody is, in a small card. */
export function PersonCard({ person, bio, onClose }: { person: PersonView; bio: string; onClose(): void }) {
  const presence = usePresence(person.id);
  const actions = usePersonActions(person);
  const [problem, setProblem] = useState<string | null>(null);
  const act = (action: PersonAction) => {
    if ('run' in action) {
      onClose();
      action.run();
    } else
      void action.attempt().then((refusal) => {
        setProblem(refusal);
        if (refusal === null) onClose();
      });
  };
  return (
    <div className="w-64">
      <div className="flex items-center gap-3 p-3.5">
        <FaceWithDot person={person} size={44} />
        <div className="min-w-0">
          <bdi className="block truncate text-base font-semibold">{person.name}</bdi>
          <span className="block text-sm text-soft">{kinds[person.kind]}</span>
          <span className="block h-4.5 truncate text-sm text-faint" data-testid="presence">
            {presence && <PresenceWords presence={presence} />}
          </span>
        </div>
      </div>
      {bio && (
        <p dir="auto" className="px-3.5 pb-3.5 text-md [overflow-wrap:anywhere]">
          {bio}
        </p>
      )}
      {actions.length > 0 && (
        <div className="border-t p-1.5">
          {actions.map((action) => (
            <button
              key={action.label}
              type="button"
              onClick={() => act(action)}
              className={clsx(
                'flex h-9 w-full items-center rounded-control px-2 text-left text-md hover:bg-hover max-md:h-11',
                action.isDangerous && 'text-red',
              )}
            >
              {action.label}
            </button>
          ))}
          {problem && (
            <p role="alert" className="px-2 pt-1 pb-1.5 text-sm text-red">
              {problem}
            </p>
          )}
        </div>
      )}
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
