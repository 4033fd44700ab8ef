import { unreadLabel } from '@/shared/unread';

/** How much is unread, said in full to those who hear it. */
export const UnreadPill = ({ unread }: { unread: number }) => (
  <span className="inline-block min-w-5 shrink-0 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-accent-ink tabular">
    <span aria-hidden>{unreadLabel(unread)}</span>
    <span className="sr-only">{unreadLabel(unread)} unread</span>
  </span>
);
