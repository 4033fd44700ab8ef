import { connectionState, onConnectionState } from '@/client/connection';
import type { Link } from '@/client/message/outbox-flush';

/** The page's connection as the outbox sees it; for browsers only. */
export const connectionLink: Link = {
  isLive: () => connectionState() === 'live',
  isOffline: () => !navigator.onLine,
  subscribe(listener) {
    const stop = onConnectionState(listener);
    window.addEventListener('online', listener);
    window.addEventListener('offline', listener);
    return () => {
      stop();
      window.removeEventListener('online', listener);
      window.removeEventListener('offline', listener);
    };
  },
};
