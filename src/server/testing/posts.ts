import { newId } from '@/server/testing/factories';

/** The places or revisions of a log without holes: `from`, `from + 1`, and so on, `n` of them. */
export const dense = (n: number, from = 1): number[] => Array.from({ length: n }, (_, i) => from + i);

export const hashFor = (text: string): Buffer => Buffer.from(text.padEnd(32, '.'));

/** A post as the write statement takes it. */
export const postBy = (authorId: string, id = newId(), text = 'Hello') => ({
  id,
  authorId,
  kind: 'text' as const,
  text,
  replyToId: null,
  sendHash: hashFor(text),
});
