import { Check, CheckCheck, Clock3 } from 'lucide-react';
import { clsx } from 'clsx';
import { useTick } from '@/client/message/use-signals';

const words = { sent: 'Sent', delivered: 'Delivered', read: 'Read' } as const;

/** How far one's own message has come. Its room is always the same, so nothing moves when it changes. */
export function Tick({ seq, myId }: { seq: number; myId: string | null }) {
  const tick = useTick(seq, myId);
  const Picture = tick === 'sent' ? Check : CheckCheck;
  return (
    <TickSlot label={words[tick]} isRead={tick === 'read'}>
      <Picture size={14} strokeWidth={2.25} aria-hidden />
    </TickSlot>
  );
}

/** The same place while the message is on its way; the clock comes when that takes long. */
export function WaitingTick({ state }: { state: 'sending' | 'waiting' | 'sent' | 'held' | 'failed' }) {
  return (
    <TickSlot label={state === 'sent' ? 'Sent' : state === 'held' ? 'Waiting for a moderator' : 'On its way'}>
      {state === 'sent' ? (
        <Check size={14} strokeWidth={2.25} aria-hidden />
      ) : (
        <Clock3 size={12} className={clsx(state === 'sending' && 'late')} aria-hidden />
      )}
    </TickSlot>
  );
}

function TickSlot({
  label,
  isRead = false,
  children,
}: {
  label: string;
  isRead?: boolean;
  children: React.ReactNode;
}) {
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={clsx('grid h-4 w-4 shrink-0 place-items-center', isRead ? 'text-accent' : 'opacity-65')}
    >
      {children}
    </span>
  );
}
