import type { Picks } from '@/client/message/mention-text';

/** What was typed in a thread and not sent, and whom it calls. */
export type Draft = { text: string; picks: Picks };

const textKey = (threadId: string) => `foyer.draft.${threadId}`;
const picksKey = (threadId: string) => `foyer.draft-people.${threadId}`;

export function readDraft(threadId: string): Draft {
  try {
    const picks: unknown = JSON.parse(localStorage.getItem(picksKey(threadId)) ?? '[]');
    const isPick = (pick: unknown): pick is [string, string] =>
      Array.isArray(pick) && pick.length === 2 && pick.every((part) => typeof part === 'string');
    return {
      text: localStorage.getItem(textKey(threadId)) ?? '',
      picks: new Map(Array.isArray(picks) ? picks.filter(isPick) : []),
    };
  } catch {
    return { text: '', picks: new Map() }; // Storage is closed to us: drafts live as long as the page.
  }
}

export function writeDraft(threadId: string, { text, picks }: Draft): void {
  try {
    keep(textKey(threadId), text);
    keep(picksKey(threadId), text && picks.size > 0 ? JSON.stringify([...picks]) : '');
  } catch {
    // As above.
  }
}

function keep(key: string, value: string): void {
  if (value) localStorage.setItem(key, value);
  else localStorage.removeItem(key);
}
