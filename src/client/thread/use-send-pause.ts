import { useEffect, useState } from 'react';
import { useOutgoing } from '@/client/message/use-outbox';
import type { RoomView } from '@/shared/room';

/** Why nothing is sent yet, and for how long. */
export type SendPause = { seconds: number; words: string };

/** When this page last sent something to a room in slow mode: all its threads count together. */
const sentAt = new Map<string, number>();
const listeners = new Set<() => void>();
export function noteSent(room: RoomView): void {
  sentAt.set(room.id, Date.now());
  for (const listener of listeners) listener();
}

/** The time that slow mode or a limit still takes here, counted down; null when nothing stands in the way. */
export function useSendPause(room: RoomView, threadId: string): SendPause | null {
  const outgoing = useOutgoing(threadId);
  const [now, setNow] = useState(0);
  const isSlow = room.slowModeMs > 0 && !room.may.includes('moderate');
  const [lastSent, setLastSent] = useState(0);
  const slowUntil = isSlow && lastSent > 0 ? lastSent + room.slowModeMs : 0;
  const waiting = outgoing.filter((item) => item.state === 'waiting' && item.waitsUntil);
  const toldUntil = Math.max(0, ...waiting.map((item) => Date.parse(item.waitsUntil ?? '')));
  const until = Math.max(slowUntil, toldUntil);
  useEffect(() => {
    const look = () => {
      setNow(Date.now());
      setLastSent(sentAt.get(room.id) ?? 0);
    };
    look();
    listeners.add(look);
    const timer = until > Date.now() ? setInterval(look, 250) : undefined;
    return () => {
      listeners.delete(look);
      clearInterval(timer);
    };
  }, [room.id, until]);
  const leftMs = until - now;
  if (now === 0 || leftMs <= 0) return null;
  return { seconds: Math.ceil(leftMs / 1_000), words: isSlow ? 'Slow mode' : 'Too fast' };
}
