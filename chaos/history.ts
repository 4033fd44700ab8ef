/**
 * What a run leaves behind, as lines of JSON: everything that clients asked, were told and applied, and what
 * the rig did to them. Times are milliseconds of the machine's monotonic clock, the same in all processes.
 */

/** Ids are cut to their last twelve digits: they are random, and a history names them millions of times. */
export const shortOf = (id: string): string => id.slice(-12);

/** Milliseconds since some moment, the same for all processes of the machine. */
export const now = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/**
 * A message as somebody saw it: `text` is a hash, '' once it is deleted, and begins with '!' when a deleted
 * message still has one; `reactions` is a hash, '' for none.
 */
export type Row = [mid: string, seq: number, rev: number, text: string, reactions: string];

/** One attempt of an operation: `ok` acknowledged, `fail` refused for good, `info` unknown. */
export type Attempt = {
  t: number;
  f: 'send' | 'edit' | 'delete' | 'react';
  type: 'invoke' | 'ok' | 'fail' | 'info';
  /** The operation of a person; the same over all its attempts. */
  op: string;
  ident: string;
  tab: string;
  thread: string;
  mid: string;
  /** Hash of the text that was sent. */
  h: string;
  seq?: number;
  rev?: number;
  code?: string;
  /** Whether the tab that made it was the one to send for all; absent for calls past the queue. */
  isLead?: boolean;
};

/** A person's wish, as the queue took it: `n` is its place among the sends of one browser to one thread. */
export type Queued = { t: number; f: 'queue'; op: string; ident: string; thread: string; n: number };
/** What stands in a queue when everything has settled. */
export type Left = { t: number; f: 'left'; op: string; ident: string; state: string };

type Place = { sub: string; ident: string; thread: string };
/** A batch that a stream brought: `at` is where the client stood before it, `done` after it. */
export type Received = Place & {
  t: number;
  f: 'recv';
  epoch: string;
  at: number;
  from: number;
  to: number;
  done: number;
  rows: Row[];
};
/** A page that a client started from. */
export type Snapshot = Place & { t: number; f: 'snap'; epoch: string; rev: number; rows: Row[] };
/** `error`: the server ended a stream that stood, for a reason that passes. */
export type Stream = Place & {
  t: number;
  f: 'sub';
  what: 'open' | 'reset' | 'refused' | 'error' | 'stop';
  code?: string;
};
export type Delivery = Received | Snapshot | Stream;

/** What a client shows when everything has settled. */
export type Final = Place & {
  t: number;
  f: 'final';
  state: 'up' | 'refused' | 'down';
  epoch: string;
  rev: number;
  /** The place where its first page began: from there on, all must be there. */
  first: number;
  rows: Row[];
};

/** `marks`: where each thread of the room stood when the right was taken or given: (rev, seq). */
export type Acl = {
  /** When it was committed; `t0` is when it was begun. */
  t: number;
  t0: number;
  f: 'acl';
  what: 'revoke' | 'grant';
  ident: string;
  room: string;
  marks: Record<string, [rev: number, seq: number]>;
};
export type FaultEvent = { t: number; f: 'fault'; id: string; isOn: boolean; what: string };
/** The database became an older copy of itself: what was acknowledged in between is declared lost. */
export type Restore = { t: number; f: 'restore'; copiedAt: number };
/** Somebody got bytes that belong to a room which they were never in. */
export type Bytes = { t: number; f: 'bytes'; ident: string; channel: string; room: string };
/** A question with one right answer, asked by the rig itself. */
export type Probe = { t: number; f: 'probe'; invariant: Invariant; isRight: boolean; what: string };
export type Exit = { t: number; f: 'exit'; instance: string; isInjected: boolean; how: string };
/** A line of an instance's log that should not be there. */
export type Complaint = { t: number; f: 'log'; instance: string; line: string };
export type Unread = { t: number; f: 'unread'; ident: string; thread: string; shown: number };
export type Sample = { t: number; f: 'sample'; instance: string; rssMb: number; fds: number };
/**
 * A tab's connection: it stands or it does not (`up`, `down`); its person switched the network off or on;
 * or the tab was closed.
 */
export type Net = { t: number; f: 'net'; tab: string; what: 'up' | 'down' | 'off' | 'on' | 'closed' };
export type Phase = { t: number; f: 'phase'; what: 'load' | 'healed' | 'settled' | 'closed' };

export type Event =
  | Attempt
  | Queued
  | Left
  | Final
  | Acl
  | FaultEvent
  | Restore
  | Bytes
  | Probe
  | Exit
  | Complaint
  | Unread
  | Sample
  | Net
  | Phase;

export const invariants = {
  I1: 'lost acknowledgement',
  I2: 'duplicate row',
  I3: 'phantom or refused row',
  I4: 'places or revisions not dense',
  I5: 'order against real time, or against the queue',
  I6: 'unstable acknowledgement',
  I7: 'one id, two texts',
  I8: 'skipped, repeated or backward delivery',
  I9: 'two observers disagree',
  I10: 'final state differs from the database',
  I11: 'received what was never stored',
  I12: 'not converged in time',
  I13: 'wrong unread number',
  I14: 'queue: stuck, lost, sent twice at once, or by another',
  I15: 'delivered without the right to it',
  I16: 'canary in a foreign stream or a log',
  I17: 'written or not told after a removal',
  I18: 'a deleted or replaced text came back',
  I19: 'memory, descriptors or a stalled reader not contained',
  I20: 'a connection that nobody holds',
  I21: 'a process or stream that did not survive',
} as const;
export type Invariant = keyof typeof invariants;
