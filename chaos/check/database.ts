/** What the database holds when a run has settled: the truth that everything else is compared with. */
export type StoredMessage = {
  mid: string;
  thread: string;
  seq: number;
  rev: number;
  author: string;
  /** The operation that its text names; null once the text is gone. */
  op: string | null;
  /** As in a `Row`. */
  text: string;
  reactions: string;
};
export type StoredThread = { id: string; room: string; seq: number; rev: number };
/** How far a person has read a thread that they follow. */
export type StoredRead = { ident: string; thread: string; lastReadSeq: number };

export type Database = {
  epoch: string;
  threads: StoredThread[];
  /** Without those that were there before the run. */
  messages: StoredMessage[];
  reads: StoredRead[];
};

/** The messages of each thread, ascending by place. */
export function byThread(database: Database): Map<string, StoredMessage[]> {
  const threads = new Map<string, StoredMessage[]>(database.threads.map((thread) => [thread.id, []]));
  for (const message of database.messages) threads.get(message.thread)?.push(message);
  for (const messages of threads.values()) messages.sort((a, b) => a.seq - b.seq);
  return threads;
}
