const key = (threadId: string) => `foyer.draft.${threadId}`;

/** What was typed in a thread and not sent. */
export function readDraft(threadId: string): string {
  try {
    return localStorage.getItem(key(threadId)) ?? '';
  } catch {
    return ''; // Storage is closed to us: drafts live as long as the page.
  }
}

export function writeDraft(threadId: string, text: string): void {
  try {
    if (text) localStorage.setItem(key(threadId), text);
    else localStorage.removeItem(key(threadId));
  } catch {
    // As above.
  }
}
