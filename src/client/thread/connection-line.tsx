'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { connectionState, onConnectionState, type ConnectionState } from '@/client/connection';
import { isProving, onProving } from '@/client/proof-of-work';
import type { ThreadFeed } from '@/client/message/thread-feed';
import { useIsKept, useOutgoing } from '@/client/message/use-outbox';
import { TypingWords } from '@/client/thread/typing-words';

export const useConnectionState = (): ConnectionState =>
  useSyncExternalStore(onConnectionState, connectionState, () => 'connecting');

/** Tells of a lost connection, but not of one that is back before anybody would notice. */
const quietMs = 1_500;

/** 20 px that are always there, so that nothing moves when they have something to say: of the connection, or who types. */
export function ConnectionLine({ feed }: { feed: ThreadFeed }) {
  const state = useConnectionState();
  const waiting = useOutgoing(feed.threadId).filter(
    (item) => item.state === 'waiting' || item.state === 'sending',
  ).length;
  const [isLate, setIsLate] = useState(false);
  const isDown = state !== 'live';
  useEffect(() => {
    if (!isDown) return;
    const timer = setTimeout(() => setIsLate(true), quietMs);
    return () => {
      clearTimeout(timer);
      setIsLate(false);
    };
  }, [isDown]);
  const isProvingNow = useSyncExternalStore(onProving, isProving, () => false);
  const words = state === 'offline' ? 'Offline.' : isDown && isLate ? 'Reconnecting …' : '';
  const isKept = useIsKept();
  const messages = waiting === 1 ? '1 message' : `${waiting} messages`;
  const isUnkept = waiting > 0 && !isKept;
  return (
    <div className="mx-auto flex h-5 w-full max-w-240 shrink-0 px-5 text-xs">
      <p role="status" className="min-w-0 truncate text-amber">
        {words}
        {!words && isProvingNow && 'Checking that you are not a robot …'}
        {words && waiting > 0 && ` ${messages} will be sent when you are back.`}
        {isUnkept && ' This browser keeps nothing: leave the page open until then.'}
      </p>
      <TypingWords feed={feed} isHidden={words !== '' || isProvingNow || isUnkept} />
    </div>
  );
}
