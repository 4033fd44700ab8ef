import { columnsOf } from '@/server/base/db';
import { isoOf } from '@/server/base/moment';
import { personOf } from '@/server/domain/user/person';
import { previewMaxChars } from '@/shared/limits';
import type { MessageKind, MessageView } from '@/shared/message';
import type { People, UserKind } from '@/shared/user';

/**
 * A message with what stands around it. Its moments are texts as PostgreSQL writes them: of the many on a page
 * none has to be a `Date` on its way to the wire.
 */
export type MessageRow = {
  id: string;
  threadId: string;
  seq: number;
  rev: number;
  kind: MessageKind;
  authorId: string;
  authorKind: UserKind;
  authorName: string;
  authorPicture: number | null;
  text: string;
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  reactions: [emoji: string, userIds: string[]][] | null;
  replyToId: string | null;
  quoteSeq: number | null;
  quoteText: string | null;
  quoteAuthorId: string | null;
  quoteAuthorName: string | null;
  quoteAuthorPicture: number | null;
  quoteAuthorKind: UserKind | null;
  quoteDeletedAt: string | null;
  childId: string | null;
  childShortId: string | null;
  childTitle: string | null;
  childSeq: number | null;
  childAt: string | null;
};

/** The columns of `MessageRow`, over `messages x` and the joins of `messageJoins`. */
export const messageColumns = `x.id, x.thread_id as "threadId", x.seq, x.rev, x.kind, u.id as "authorId",
  u.kind as "authorKind", u.name as "authorName", u.picture as "authorPicture", x.text,
  x.created_at::text as "createdAt", x.edited_at::text as "editedAt", x.deleted_at::text as "deletedAt", x.reactions,
  x.reply_to_id as "replyToId",
  q.seq as "quoteSeq", left(q.text, ${previewMaxChars}) as "quoteText", q.deleted_at::text as "quoteDeletedAt",
  qu.id as "quoteAuthorId", qu.name as "quoteAuthorName", qu.kind as "quoteAuthorKind",
  qu.picture as "quoteAuthorPicture",
  c.id as "childId", c.short_id as "childShortId", c.title as "childTitle", c.seq as "childSeq",
  c.last_message_at::text as "childAt"`;

type Author = Pick<MessageRow, 'authorId' | 'authorKind' | 'authorName' | 'authorPicture'>;
type Quote = Pick<
  MessageRow,
  | 'quoteSeq'
  | 'quoteText'
  | 'quoteDeletedAt'
  | 'quoteAuthorId'
  | 'quoteAuthorName'
  | 'quoteAuthorKind'
  | 'quoteAuthorPicture'
>;
type Child = Pick<MessageRow, 'childId' | 'childShortId' | 'childTitle' | 'childSeq' | 'childAt'>;

/** A `MessageRow` of a page by itself; `authorId` is who wrote it, whoever has claimed them since. */
export type PackedRow = Omit<MessageRow, 'threadId' | keyof Author | keyof Quote | keyof Child> & {
  authorId: string;
};
const packedSql: Record<keyof PackedRow, string> = {
  id: 'id',
  seq: 'seq',
  rev: 'rev',
  kind: 'kind',
  authorId: 'author_id',
  text: 'text',
  createdAt: 'created_at::text',
  editedAt: 'edited_at::text',
  deletedAt: 'deleted_at::text',
  reactions: 'reactions',
  replyToId: 'reply_to_id',
};
/** The columns of `PackedRow`, over a table of messages. */
export const packedColumns = columnsOf(packedSql);
/** The same for a row that is none. */
export const packedNulls = columnsOf(
  Object.fromEntries(Object.keys(packedSql).map((name) => [name, 'null'])),
);

/**
 * What the rows of a page have around them: authors are the same for many, and most quote nothing and
 * begin no thread. Each is what it belongs to, and itself.
 */
export type Around = {
  authors: [id: string, author: Author][] | null;
  quotes: [id: string, quote: Quote][] | null;
  children: [parentId: string, child: Child][] | null;
};
/** `Around` as an expression, over `page` with `packedColumns`. */
export const aroundSql = `json_build_object(
    'authors', (
      select json_agg(json_build_array(w.id, json_build_object('authorId', u.id, 'authorKind', u.kind,
        'authorName', u.name, 'authorPicture', u.picture)))
      from users w join users u on u.id = coalesce(w.claimed_by_id, w.id)
      where w.id = any(array(select distinct "authorId" from page))
    ),
    'quotes', (
      select json_agg(json_build_array(q.id, json_build_object('quoteSeq', q.seq, 'quoteText', left(q.text, ${previewMaxChars}),
        'quoteDeletedAt', q.deleted_at, 'quoteAuthorId', u.id, 'quoteAuthorName', u.name, 'quoteAuthorKind', u.kind,
        'quoteAuthorPicture', u.picture)))
      from messages q join users w on w.id = q.author_id join users u on u.id = coalesce(w.claimed_by_id, w.id)
      where q.id = any(array(select "replyToId" from page where "replyToId" is not null))
    ),
    'children', (
      select json_agg(json_build_array(c.parent_message_id, json_build_object('childId', c.id, 'childShortId', c.short_id,
        'childTitle', c.title, 'childSeq', c.seq, 'childAt', c.last_message_at)))
      from threads c where c.parent_message_id = any(array(select id from page))
    )
  )`;

/** The rows of a page with what is around them. */
export function unpacked(rows: readonly PackedRow[], threadId: string, around: Around): MessageRow[] {
  const authors = new Map(around.authors);
  const quotes = new Map(around.quotes);
  const children = new Map(around.children);
  return rows.map((row) => {
    const author = authors.get(row.authorId);
    if (!author) throw new Error('A message has an author.');
    const quote = row.replyToId === null ? undefined : quotes.get(row.replyToId);
    const child = children.get(row.id);
    // Field by field: copying rows by spreading takes longer than reading them.
    return {
      id: row.id,
      threadId,
      seq: row.seq,
      rev: row.rev,
      kind: row.kind,
      authorId: author.authorId,
      authorKind: author.authorKind,
      authorName: author.authorName,
      authorPicture: author.authorPicture,
      text: row.text,
      createdAt: row.createdAt,
      editedAt: row.editedAt,
      deletedAt: row.deletedAt,
      reactions: row.reactions,
      replyToId: row.replyToId,
      quoteSeq: quote?.quoteSeq ?? null,
      quoteText: quote?.quoteText ?? null,
      quoteAuthorId: quote?.quoteAuthorId ?? null,
      quoteAuthorName: quote?.quoteAuthorName ?? null,
      quoteAuthorPicture: quote?.quoteAuthorPicture ?? null,
      quoteAuthorKind: quote?.quoteAuthorKind ?? null,
      quoteDeletedAt: quote?.quoteDeletedAt ?? null,
      childId: child?.childId ?? null,
      childShortId: child?.childShortId ?? null,
      childTitle: child?.childTitle ?? null,
      childSeq: child?.childSeq ?? null,
      childAt: child?.childAt ?? null,
    };
  });
}

/** Authors as they are known now: a visitor that an account has claimed is that account. */
export const messageJoins = `join users w on w.id = x.author_id
  left join users u on u.id = coalesce(w.claimed_by_id, w.id)
  left join messages q on q.id = x.reply_to_id
  left join users qw on qw.id = q.author_id
  left join users qu on qu.id = coalesce(qw.claimed_by_id, qw.id)
  left join threads c on c.parent_message_id = x.id`;

const isoOrNull = (text: string | null) => (text === null ? null : isoOf(text));

export function messageOf(row: MessageRow): MessageView {
  const isDeleted = row.deletedAt !== null;
  return {
    id: row.id,
    threadId: row.threadId,
    seq: row.seq,
    rev: row.rev,
    kind: row.kind,
    author: { id: row.authorId, kind: row.authorKind },
    text: isDeleted ? '' : row.text,
    replyTo:
      row.replyToId && row.quoteSeq !== null && row.quoteAuthorId && !isDeleted
        ? {
            id: row.replyToId,
            seq: row.quoteSeq,
            authorId: row.quoteAuthorId,
            text: row.quoteDeletedAt ? '' : (row.quoteText ?? ''),
            deletedAt: isoOrNull(row.quoteDeletedAt),
          }
        : null,
    createdAt: isoOf(row.createdAt),
    editedAt: isoOrNull(row.editedAt),
    deletedAt: isoOrNull(row.deletedAt),
    reactions: isDeleted ? [] : (row.reactions ?? []).map(([emoji, userIds]) => ({ emoji, userIds })),
    thread:
      row.childId && row.childShortId && row.childTitle !== null && row.childSeq !== null && row.childAt
        ? {
            id: row.childId,
            shortId: row.childShortId,
            title: row.childTitle,
            messageCount: row.childSeq,
            lastMessageAt: isoOf(row.childAt),
          }
        : null,
  };
}

/** The row for a reader who sees a thread from a place on: what it quotes from before is not there. */
export const rowSeenFrom = (row: MessageRow, visibleFrom: number): MessageRow =>
  row.quoteSeq !== null && row.quoteSeq < visibleFrom ? { ...row, quoteSeq: null, quoteAuthorId: null } : row;

/** Everybody whom these messages name: authors and the quoted. */
export function peopleOf(rows: MessageRow[]): People {
  const people: People = {};
  for (const row of rows) {
    people[row.authorId] ??= personOf(row.authorId, {
      kind: row.authorKind,
      name: row.authorName,
      picture: row.authorPicture,
    });
    if (row.quoteAuthorId && row.quoteAuthorKind && row.quoteAuthorName !== null)
      people[row.quoteAuthorId] ??= personOf(row.quoteAuthorId, {
        kind: row.quoteAuthorKind,
        name: row.quoteAuthorName,
        picture: row.quoteAuthorPicture,
      });
  }
  return people;
}
