import type { Attempt, Event, Queued, Restore } from '../history';
import { byThread, type Database, type StoredMessage } from './database';
import type { Findings } from './findings';

type Facts = { events: readonly Event[]; database: Database };

/** I1 to I7: the log against what clients were told of it. */
export function checkLog({ events, database }: Facts, found: Findings): void {
  const attempts = events.filter(isAttempt).toSorted((a, b) => a.t - b.t);
  const restores = events.filter((event): event is Restore => event.f === 'restore');
  const isLost = ({ t }: Attempt) => restores.some((restore) => t > restore.copiedAt && t < restore.t);
  const rows = new Map(database.messages.map((message) => [message.mid, message]));
  const oks = attempts.filter((attempt) => attempt.type === 'ok' && !isLost(attempt));
  checkAcknowledged(oks, rows, found);
  checkRows(attempts, database, found);
  checkDense(database, found);
  checkRealTime(attempts, restores, found);
  checkQueueOrder(events, oks, found);
  checkAnswers(oks, found);
}

const isAttempt = (event: Event): event is Attempt => 'op' in event && 'type' in event;
const isKnown = (seq: number | undefined): seq is number => seq !== undefined;

/** I1: what was acknowledged is there, at its place, with its text or a later one. */
function checkAcknowledged(oks: Attempt[], rows: Map<string, StoredMessage>, found: Findings): void {
  for (const ok of oks) {
    const row = rows.get(ok.mid);
    const told = `${ok.f} ${ok.op} of ${ok.mid} (seq ${ok.seq}, rev ${ok.rev})`;
    if (!row) found.add('I1', `${told} has no row`);
    else if (isKnown(ok.seq) && row.seq !== ok.seq) found.add('I1', `${told} stands at ${row.seq}`);
    else if (isKnown(ok.rev) && row.rev < ok.rev) found.add('I1', `${told} is only at rev ${row.rev}`);
    else if (ok.f === 'delete' && row.text !== '') found.add('I1', `${told} still has its text`);
    else if ((ok.f === 'send' || ok.f === 'edit') && row.rev === ok.rev && row.text !== ok.h)
      found.add('I1', `${told} holds another text`);
  }
}

/** I2 and I3: one row per operation, and none that nobody asked for or that was refused. */
function checkRows(attempts: Attempt[], database: Database, found: Findings): void {
  const asked = new Map<string, Attempt[]>();
  for (const attempt of attempts)
    if (attempt.f === 'send') asked.set(attempt.mid, [...(asked.get(attempt.mid) ?? []), attempt]);
  const ofOperation = new Map<string, string>();
  for (const row of database.messages) {
    const sends = asked.get(row.mid);
    const op = row.op ?? sends?.[0]?.op ?? row.mid;
    const other = ofOperation.get(`${row.author} ${op}`);
    if (other) found.add('I2', `${op} of ${row.author} is ${other} and ${row.mid}`);
    ofOperation.set(`${row.author} ${op}`, row.mid);
    if (!sends) found.add('I3', `${row.mid} in ${row.thread} was asked for by nobody`);
    else if (isRefused(sends)) found.add('I3', `${row.mid} (${op}) was refused and is there`);
    const author = sends?.find((send) => send.type === 'invoke')?.ident;
    if (author !== undefined && author !== row.author)
      found.add('I14', `${row.mid} of ${author} was stored as ${row.author}'s`);
  }
}

/** Whether each attempt that was made was answered, and each answer was a refusal. */
function isRefused(sends: Attempt[]): boolean {
  const count = (type: Attempt['type']) => sends.filter((send) => send.type === type).length;
  return count('fail') > 0 && count('fail') === count('invoke');
}

/** I4: places are 1..n, revisions are distinct and within the thread's. */
function checkDense(database: Database, found: Findings): void {
  const threads = byThread(database);
  for (const { id, seq, rev } of database.threads) {
    const messages = threads.get(id) ?? [];
    const gap = messages.findIndex((message, i) => message.seq !== i + 1);
    if (gap >= 0) found.add('I4', `${id}: place ${messages[gap]?.seq} stands where ${gap + 1} should`);
    if (messages.length !== seq) found.add('I4', `${id}: ${messages.length} rows, but seq is ${seq}`);
    const revs = new Set(messages.map((message) => message.rev));
    if (revs.size !== messages.length) found.add('I4', `${id}: a rev stands twice`);
    const last = messages.reduce((highest, message) => Math.max(highest, message.rev), 0);
    if (last > rev) found.add('I4', `${id}: a row of rev ${last}, but rev is ${rev}`);
    if (last < rev) found.add('I4', `${id}: rev is ${rev}, but no row has more than ${last}`);
  }
}

/** I5: what was acknowledged before another was asked for stands before it. */
function checkRealTime(attempts: Attempt[], restores: Restore[], found: Findings): void {
  const highest = new Map<string, number>();
  const floor = new Map<string, { seq: number; t: number }>();
  for (const attempt of attempts) {
    if (attempt.f !== 'send') continue;
    const { thread, mid, seq, t } = attempt;
    if (attempt.type === 'invoke' && !floor.has(mid)) floor.set(mid, { seq: highest.get(thread) ?? 0, t });
    if (attempt.type !== 'ok' || !isKnown(seq)) continue;
    const asked = floor.get(mid);
    const isSameLog = !restores.some((restore) => asked && asked.t < restore.t && t > restore.copiedAt);
    if (asked && isSameLog && seq <= asked.seq)
      found.add('I5', `${mid} was asked for after seq ${asked.seq} of ${thread} was told, and got ${seq}`);
    highest.set(thread, Math.max(highest.get(thread) ?? 0, seq));
    if (restores.some((restore) => t < restore.t)) highest.delete(thread);
  }
}

/** I5, the queue's half: what one browser said first stands first. */
function checkQueueOrder(events: readonly Event[], oks: Attempt[], found: Findings): void {
  const seqs = new Map<string, number>();
  for (const ok of oks) if (ok.f === 'send' && isKnown(ok.seq)) seqs.set(ok.op, ok.seq);
  const last = new Map<string, { n: number; seq: number; op: string }>();
  const queued = events.filter((event): event is Queued => event.f === 'queue');
  for (const { op, ident, thread, n } of queued.toSorted((a, b) => a.n - b.n)) {
    const seq = seqs.get(op);
    if (seq === undefined) continue;
    const line = `${ident} ${thread}`;
    const before = last.get(line);
    if (before && before.seq > seq)
      found.add('I5', `${ident} said ${before.op} before ${op}; they stand at ${before.seq} and ${seq}`);
    last.set(line, { n, seq, op });
  }
}

/** I6 and I7: every answer about one id says the same, and none accepts a second text. */
function checkAnswers(oks: Attempt[], found: Findings): void {
  const byMid = new Map<string, Attempt>();
  const byOp = new Map<string, Attempt>();
  for (const ok of oks) {
    if (ok.f !== 'send') continue;
    const first = byMid.get(ok.mid);
    if (first && first.seq !== ok.seq)
      found.add('I6', `${ok.mid} was told to stand at ${first.seq} and at ${ok.seq}`);
    if (first && first.h !== ok.h) found.add('I7', `${ok.mid} was accepted with two texts`);
    byMid.set(ok.mid, first ?? ok);
    const same = byOp.get(ok.op);
    if (same && same.mid !== ok.mid)
      found.add('I6', `${ok.op} was acknowledged as ${same.mid} and as ${ok.mid}`);
    byOp.set(ok.op, same ?? ok);
  }
}
