import { clsx } from 'clsx';
import { Face, type Faced } from '@/client/user/face';
import { usePresence } from '@/client/user/presence';

const words = { online: 'Online', away: 'Away', offline: 'Offline' } as const;

/** Filled while somebody is here, a ring while they are away; nothing says nothing. */
export function PresenceDot({ userId, className }: { userId: string; className?: string }) {
  const state = usePresence(userId)?.state ?? 'offline';
  if (state === 'offline') return null;
  return (
    <span
      role="img"
      aria-label={words[state]}
      title={words[state]}
      className={clsx(
        'size-2.5 rounded-full border-2',
        state === 'online' ? 'border-canvas bg-accent' : 'border-accent bg-canvas',
        className,
      )}
    />
  );
}

/** A picture with its dot. */
export const FaceWithDot = ({ person, size }: { person: Faced; size: number }) => (
  <span className="relative inline-grid">
    <Face person={person} size={size} />
    <PresenceDot userId={person.id} className="absolute -right-0.5 -bottom-0.5" />
  </span>
);
