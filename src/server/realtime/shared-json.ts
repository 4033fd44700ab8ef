/**
 * Events that many readers share are serialised once; the socket's encoder splices the text into
 * each reader's envelope.
 */
const texts = new WeakMap<object, string | null>();

/** Marks an event as shared. It must not change any more. */
export function share<T extends object>(event: T): T {
  if (!texts.has(event)) texts.set(event, null);
  return event;
}

/** The event's JSON, made at the first call; undefined for an event that is not shared. */
export function sharedJson(event: object): string | undefined {
  const text = texts.get(event);
  if (text !== null) return text;
  const made = JSON.stringify(event);
  texts.set(event, made);
  return made;
}
