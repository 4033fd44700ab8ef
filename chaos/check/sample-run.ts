/** A small run in which all is well: tests break one thing of it. */
import type { Attempt, Delivery, Event, Final, Received, Row } from '../history';
import type { Database } from './database';
import type { Evidence } from './check';

export const [ann, bob, eve] = ['ann', 'bob', 'eve'] as const;
export const thread = 'thread';
export const room = 'room';
export const epoch = 'e1';

export type Run = { events: Event[]; deliveries: Delivery[]; database: Database };

export const attempt = (over: Partial<Attempt> & Pick<Attempt, 't' | 'type' | 'mid'>): Attempt => ({
  f: 'send',
  op: `op-${over.mid}`,
  ident: ann,
  tab: 'ann-1',
  thread,
  h: `h-${over.mid}`,
  ...over,
});

export const recv = (over: Partial<Received> & Pick<Received, 'from' | 'to' | 'rows'>): Received => ({
  t: 50,
  f: 'recv',
  sub: 's1',
  ident: bob,
  thread,
  epoch,
  at: over.from,
  done: over.to,
  ...over,
});

const final = (sub: string, ident: string, rows: Row[], rev: number): Final => ({
  t: 90,
  f: 'final',
  sub,
  ident,
  thread,
  state: 'up',
  epoch,
  rev,
  first: 1,
  rows,
});

/** Ann sends m1 and m2, edits m1 and deletes m2; Bob watches from the beginning. */
export function calmRun(): Run {
  const rows: Row[] = [
    ['m1', 1, 3, 'h-m1b', ''],
    ['m2', 2, 4, '', ''],
  ];
  return {
    events: [
      { t: 1, f: 'phase', what: 'load' },
      { t: 2, f: 'queue', op: 'op-m1', ident: ann, thread, n: 1 },
      attempt({ t: 3, type: 'invoke', mid: 'm1', isLead: true }),
      attempt({ t: 5, type: 'ok', mid: 'm1', seq: 1, rev: 1 }),
      { t: 6, f: 'queue', op: 'op-m2', ident: ann, thread, n: 2 },
      attempt({ t: 7, type: 'invoke', mid: 'm2', isLead: true }),
      attempt({ t: 9, type: 'ok', mid: 'm2', seq: 2, rev: 2 }),
      attempt({ t: 10, f: 'edit', type: 'invoke', mid: 'm1', op: 'edit-1', h: 'h-m1b' }),
      attempt({ t: 12, f: 'edit', type: 'ok', mid: 'm1', op: 'edit-1', h: 'h-m1b', seq: 1, rev: 3 }),
      attempt({ t: 13, f: 'delete', type: 'invoke', mid: 'm2', op: 'delete-1', h: '' }),
      attempt({ t: 14, f: 'delete', type: 'ok', mid: 'm2', op: 'delete-1', h: '', seq: 2, rev: 4 }),
      { t: 80, f: 'phase', what: 'settled' },
      final('s1', bob, rows, 4),
      { t: 91, f: 'unread', ident: bob, thread, shown: 1 },
    ],
    deliveries: [
      { t: 2, f: 'sub', sub: 's1', ident: bob, thread, what: 'open' },
      { t: 2, f: 'snap', sub: 's1', ident: bob, thread, epoch, rev: 0, rows: [] },
      recv({ t: 6, from: 0, to: 1, rows: [['m1', 1, 1, 'h-m1', '']] }),
      recv({ t: 20, from: 1, to: 4, rows }),
    ],
    database: {
      epoch,
      threads: [{ id: thread, room, seq: 2, rev: 4 }],
      messages: [
        { mid: 'm1', thread, seq: 1, rev: 3, author: ann, op: 'op-m1', text: 'h-m1b', reactions: '' },
        { mid: 'm2', thread, seq: 2, rev: 4, author: ann, op: null, text: '', reactions: '' },
      ],
      reads: [{ ident: bob, thread, lastReadSeq: 0 }],
    },
  };
}

/** Ann and Bob are in the room, Eve never was. */
export const evidenceOf = (run: Run): Evidence => ({
  ...run,
  isMember: (ident) => ident !== eve,
  bounds: { rssFactor: 1.25, rssSlackMb: 50, fdSlack: 5 },
});
