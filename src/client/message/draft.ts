import { useSyncExternalStore } from 'react';
import type { Picks } from '@/client/message/mention-text';
import { callErrorOf, trpc } from '@/client/trpc';
import type { DraftView } from '@/shared/draft';
import { draftMaxChars } from '@/shared/limits';

/**
 * `text` as it would be sent. `version` is the newest that this browser knows of; `isDirty`: the text has
 * changed since. `people`: whom it calls, their names by their ids, since nobody may have loaded them yet.
 */
type Draft = { text: string; version: number; isDirty: boolean; people?: Record<string, string> };

const key = (threadId: string) => `foyer.draft.${threadId}`;
const empty: Draft = { text: '', version: 0, isDirty: false };
const saveAfterMs = 1_000;
const retryMs = 5_000;
/** Whoever typed so shortly ago is typing: nothing comes under their fingers. */
const typingMs = 8_000;

const drafts = new Map<string, Draft>();
const typedAtMs = new Map<string, number>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const saving = new Set<string>();
const listeners = new Set<() => void>();

function draftOf(threadId: string): Draft {
  const known = drafts.get(threadId);
  if (known) return known;
  const stored = typeof window === 'undefined' ? empty : storedDraft(threadId);
  drafts.set(threadId, stored);
  return stored;
}

function storedDraft(threadId: string): Draft {
  let raw: string | null;
  try {
    raw = localStorage.getItem(key(threadId));
  } catch {
    return empty; // Storage is closed to us: drafts live as long as the page.
  }
  return raw === null ? empty : parseDraft(raw);
}

function parseDraft(raw: string): Draft {
  try {
    const value = JSON.parse(raw) as Partial<Draft> | null;
    if (typeof value?.text === 'string' && Number.isSafeInteger(value.version))
      return {
        text: value.text,
        version: Number(value.version),
        isDirty: value.isDirty === true,
        ...(typeof value.people === 'object' && { people: value.people }),
      };
  } catch {
    // Written by hand, or cut off: the words still count.
  }
  return { text: raw, version: 0, isDirty: true };
}

function keep(threadId: string, draft: Draft): void {
  drafts.set(threadId, draft);
  try {
    if (draft.text === '' && !draft.isDirty) localStorage.removeItem(key(threadId));
    else localStorage.setItem(key(threadId), JSON.stringify(draft));
  } catch {
    // Kept in memory above.
  }
  for (const listener of listeners) listener();
}

/** What was typed in a thread and not sent. */
export const readDraft = (threadId: string): string => draftOf(threadId).text;

/** The name of somebody whom a draft calls. */
export function nameInDraft(threadId: string, userId: string): string | undefined {
  const name: unknown = draftOf(threadId).people?.[userId];
  return typeof name === 'string' ? name : undefined;
}

/** Takes down what is being typed; it reaches the person's other devices a moment later. */
export function writeDraft(threadId: string, text: string, called: Picks): void {
  const known = draftOf(threadId);
  if (known.text === text) return;
  typedAtMs.set(threadId, text === '' ? 0 : Date.now());
  const people = Object.fromEntries([...called].map(([name, id]) => [id, name]));
  keep(threadId, { text, version: known.version, isDirty: true, ...(called.size > 0 && { people }) });
  saveSoon(threadId, text === '' ? 0 : saveAfterMs);
}

/**
 * What the server has. It takes the place of what stands here, but never of words that it has not seen
 * yet, nor of what somebody is typing: those are saved in turn, and the last to be saved count.
 */
export function tellDrafts(told: readonly DraftView[]): void {
  for (const { threadId, text, version } of told) {
    const known = draftOf(threadId);
    if (version <= known.version) continue;
    const waitMs = (typedAtMs.get(threadId) ?? 0) + typingMs - Date.now();
    if (known.isDirty || saving.has(threadId)) keep(threadId, { ...known, version });
    else if (waitMs > 0 && known.text !== text)
      setTimeout(() => tellDrafts([{ threadId, text, version }]), waitMs);
    else keep(threadId, { text, version, isDirty: false });
  }
}

/** Saves what could not be saved while there was no connection. */
export function saveDrafts(): void {
  for (const [threadId, draft] of drafts) if (draft.isDirty) saveSoon(threadId, 0);
}

function saveSoon(threadId: string, afterMs: number): void {
  clearTimeout(timers.get(threadId));
  timers.set(
    threadId,
    setTimeout(() => void save(threadId), afterMs),
  );
}

async function save(threadId: string): Promise<void> {
  const { text, isDirty: isUnsaved } = draftOf(threadId);
  if (!isUnsaved || saving.has(threadId) || text.length > draftMaxChars) return;
  saving.add(threadId);
  try {
    const { version } = await trpc().thread.saveDraft.mutate({ threadId, text });
    const now = draftOf(threadId);
    // Version 0: nobody is known here yet, so it stays this browser's own.
    const isDirty = now.text !== text || (version === 0 && text !== '');
    keep(threadId, { ...now, version: Math.max(now.version, version), isDirty });
  } catch (cause) {
    if (callErrorOf(cause).isPassing) saveSoon(threadId, retryMs);
  }
  saving.delete(threadId);
  if (draftOf(threadId).isDirty && draftOf(threadId).text !== text) saveSoon(threadId, saveAfterMs);
}

function subscribe(listener: () => void): () => void {
  // Another tab of this browser keeps its drafts in the same place.
  const hear = ({ key: changed, newValue }: StorageEvent) => {
    if (!changed?.startsWith(key(''))) return;
    drafts.set(changed.slice(key('').length), newValue === null ? empty : parseDraft(newValue));
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', hear);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', hear);
  };
}

/** The draft of a thread, whichever device or tab it is typed on; empty on the server. */
export const useDraft = (threadId: string): string =>
  useSyncExternalStore(
    subscribe,
    () => readDraft(threadId),
    () => '',
  );
