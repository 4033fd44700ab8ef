/**
 * Events that many readers share are serialised once; the socket's encoder splices the text into
 * each reader's envelope.
 */
type Shared = { text: string | null; frames: Map<string, Buffer> };
const known = new WeakMap<object, Shared>();

/** Readers number their calls alike, so a few frames serve most of them. */
const framesKept = 32;

/** Marks an event as shared. It must not change any more. */
export function share<T extends object>(event: T): T {
  if (!known.has(event)) known.set(event, { text: null, frames: new Map() });
  return event;
}

/** Another object that stands for the same event, and has its text when that is shared. */
export function standIn<T extends object>(event: T): T {
  const copy = { ...event };
  const shared = known.get(event);
  if (shared) known.set(copy, shared);
  return copy;
}

const textOf = (shared: Shared, event: object): string => (shared.text ??= JSON.stringify(event));

/** The event's JSON, made at the first call; undefined for an event that is not shared. */
export function sharedJson(event: object): string | undefined {
  const shared = known.get(event);
  return shared && textOf(shared, event);
}

/**
 * The bytes of a frame around the event's JSON, made once for all readers with the same `key`.
 * @param key what the frame holds beside the event
 */
export function sharedFrame(event: object, key: string, around: (json: string) => Buffer): Buffer {
  const shared = known.get(event);
  if (!shared) return around(JSON.stringify(event));
  const made = shared.frames.get(key) ?? around(textOf(shared, event));
  if (shared.frames.size < framesKept) shared.frames.set(key, made);
  return made;
}
