/** What each invariant is there to find: runs that are well but for one thing. */
import type { Acl, Attempt, Final, Invariant, Received } from '../history';
import { ann, attempt, bob, epoch, eve, recv, room, thread, type Run } from './sample-run';

const row = (run: Run, i = 0) => run.database.messages[i] as Run['database']['messages'][number];
export const final = (run: Run) => run.events.find((event) => event.f === 'final') as Final;
const batch = (run: Run, i: number) => run.deliveries[i] as Received;
const ok = (run: Run, mid: string) =>
  run.events.find(
    (event) => event.f === 'send' && 'type' in event && event.type === 'ok' && event.mid === mid,
  ) as Attempt;
export const acl = (over: Partial<Acl>): Acl => ({
  t: 30,
  t0: 29,
  f: 'acl',
  what: 'revoke',
  ident: bob,
  room,
  marks: { [thread]: [4, 2] },
  ...over,
});

/** Each breaks one thing of a run in which all is well. */
export const brokenRuns: [name: string, invariant: Invariant, breakIt: (run: Run) => void][] = [
  [
    'an acknowledged message without a row',
    'I1',
    (run) => {
      run.database.messages.pop();
      run.database.threads = [{ id: thread, room, seq: 1, rev: 3 }];
    },
  ],
  ['a row at another place than was told', 'I1', (run) => void (ok(run, 'm1').seq = 7)],
  ['a row older than was told', 'I1', (run) => void (row(run).rev = 1)],
  ['a deletion that did not happen', 'I1', (run) => void (row(run, 1).text = 'h-m2')],
  ['two rows of one operation', 'I2', (run) => void (row(run, 1).op = 'op-m1')],
  [
    'a row that nobody asked for',
    'I3',
    (run) => {
      run.database.messages.push({ ...row(run), mid: 'm9', seq: 3, rev: 5, op: 'op-m9' });
      run.database.threads = [{ id: thread, room, seq: 3, rev: 5 }];
    },
  ],
  [
    'a refused message that is there',
    'I3',
    (run) => {
      ok(run, 'm2').type = 'fail';
      run.events = run.events.filter((event) => event.f !== 'delete');
    },
  ],
  ['a burnt place', 'I4', (run) => void (row(run, 1).seq = 3)],
  [
    'a counter ahead of the rows',
    'I4',
    (run) => void (run.database.threads = [{ id: thread, room, seq: 3, rev: 4 }]),
  ],
  ['a burnt revision', 'I4', (run) => void (run.database.threads = [{ id: thread, room, seq: 2, rev: 5 }])],
  [
    'a later message before an acknowledged one',
    'I5',
    (run) => {
      ok(run, 'm1').seq = 2;
      ok(run, 'm2').seq = 1;
    },
  ],
  [
    'a queue sent out of order',
    'I5',
    (run) => {
      for (const event of run.events) if (event.f === 'queue') event.n = 3 - event.n;
    },
  ],
  [
    'two answers about one message',
    'I6',
    (run) => void run.events.push(attempt({ t: 60, type: 'ok', mid: 'm1', seq: 2, rev: 1 })),
  ],
  [
    'one operation acknowledged as two messages',
    'I6',
    (run) => void run.events.push(attempt({ t: 60, type: 'ok', mid: 'm7', op: 'op-m1', seq: 1 })),
  ],
  [
    'a second text accepted under one id',
    'I7',
    (run) => void run.events.push(attempt({ t: 60, type: 'ok', mid: 'm1', seq: 1, rev: 1, h: 'other' })),
  ],
  ['a skipped batch', 'I8', (run) => void run.deliveries.splice(2, 1)],
  ['a repeated batch', 'I8', (run) => void run.deliveries.push({ ...batch(run, 3), at: 4, done: 4 })],
  ['a batch that brings the client elsewhere', 'I8', (run) => void (batch(run, 3).done = 3)],
  [
    'a batch that is not in order',
    'I8',
    (run) => void (batch(run, 3).rows = batch(run, 3).rows.toReversed()),
  ],
  [
    'two observers of one revision who see two texts',
    'I9',
    (run) =>
      void run.deliveries.push(
        { t: 2, f: 'snap', sub: 's2', ident: bob, thread, epoch, rev: 0, rows: [] },
        recv({ sub: 's2', from: 0, to: 1, rows: [['m1', 1, 1, 'h-m1b', '']] }),
      ),
  ],
  ['a place that is missing in the end', 'I10', (run) => void final(run).rows.pop()],
  [
    'a stale text in the end',
    'I10',
    (run) =>
      void (final(run).rows = [
        ['m1', 1, 1, 'h-m1', ''],
        ['m2', 2, 4, '', ''],
      ]),
  ],
  ['a reader behind the log in the end', 'I10', (run) => void (final(run).rev = 3)],
  ['a reader who is down in the end', 'I10', (run) => void (final(run).state = 'down')],
  [
    'a message received that is nowhere',
    'I11',
    (run) => void run.deliveries.push(recv({ at: 4, from: 4, to: 5, rows: [['m8', 3, 5, 'x', '']] })),
  ],
  ['a text received that nobody wrote', 'I11', (run) => void (batch(run, 2).rows = [['m1', 1, 1, 'x', '']])],
  [
    'a place that nobody could bring up in time',
    'I12',
    (run) =>
      void run.events.push({
        t: 85,
        f: 'probe',
        invariant: 'I12',
        isRight: false,
        what: '1 place stays behind',
      }),
  ],
  [
    'a wrong unread number',
    'I13',
    (run) => {
      for (const event of run.events) if (event.f === 'unread') event.shown = 2;
    },
  ],
  [
    'a message that is stuck in its queue',
    'I14',
    (run) => void run.events.push({ t: 91, f: 'left', op: 'op-m3', ident: ann, state: 'waiting' }),
  ],
  [
    'a message that vanished from its queue',
    'I14',
    (run) => void run.events.push({ t: 8, f: 'queue', op: 'op-m3', ident: ann, thread, n: 3 }),
  ],
  [
    'a tab that sends beside the one that leads',
    'I14',
    (run) => void run.events.push(attempt({ t: 3, type: 'invoke', mid: 'm1', tab: 'ann-2', isLead: false })),
  ],
  ['a message stored as somebody else’s', 'I14', (run) => void (row(run).author = bob)],
  ['a delivery to an outsider', 'I15', (run) => void (batch(run, 2).ident = eve)],
  [
    'a delivery of what came after a removal',
    'I15',
    (run) => {
      run.events.push(acl({ marks: { [thread]: [3, 2] } }));
      Object.assign(batch(run, 3), { t: 40 });
      Object.assign(final(run), { state: 'refused', rows: [] });
    },
  ],
  [
    'foreign bytes',
    'I16',
    (run) => void run.events.push({ t: 9, f: 'bytes', ident: eve, channel: 'socket', room }),
  ],
  [
    'a message written after its author’s removal',
    'I17',
    (run) => {
      run.events.push(acl({ ident: ann, t: 6, t0: 5, marks: { [thread]: [1, 1] } }));
    },
  ],
  [
    'a removal that a stream was not told of',
    'I17',
    (run) => {
      run.events.push(acl({ marks: { [thread]: [4, 2] } }));
      Object.assign(final(run), { state: 'refused', rows: [] });
      run.events.push({ t: 60_000, f: 'phase', what: 'closed' });
    },
  ],
  [
    'a deleted message with its text',
    'I18',
    (run) => void (batch(run, 3).rows = [['m2', 2, 4, '!h-m2', '']]),
  ],
  [
    'a text after its deletion',
    'I18',
    (run) => void run.deliveries.push(recv({ at: 4, from: 4, to: 5, rows: [['m2', 2, 5, 'h-m2', '']] })),
  ],
  ['an old text in a newer state', 'I18', (run) => void (batch(run, 3).rows = [['m1', 1, 2, 'h-m1', '']])],
  [
    'memory that stays',
    'I19',
    (run) =>
      void run.events.push(
        { t: 2, f: 'sample', instance: 'a', rssMb: 100, fds: 40 },
        { t: 85, f: 'sample', instance: 'a', rssMb: 400, fds: 40 },
      ),
  ],
  [
    'a question answered wrongly',
    'I20',
    (run) =>
      void run.events.push({ t: 85, f: 'probe', invariant: 'I20', isRight: false, what: 'a socket stayed' }),
  ],
  [
    'a process that ended by itself',
    'I21',
    (run) => void run.events.push({ t: 40, f: 'exit', instance: 'a', isInjected: false, how: 'code 1' }),
  ],
  [
    'a stream that the server gave up',
    'I21',
    (run) =>
      void run.deliveries.push({
        t: 40,
        f: 'sub',
        sub: 's1',
        ident: bob,
        thread,
        what: 'error',
        code: 'SERVICE_UNAVAILABLE',
      }),
  ],
];
