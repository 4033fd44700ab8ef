import type { Attempt, Event, Final, Left, Queued, Row, Unread } from '../history';
import { byThread, type Database, type StoredMessage } from './database';
import type { Findings } from './findings';
import type { Rights } from './rights';

type Facts = { events: readonly Event[]; database: Database; rights: Rights };
export const unreadMax = 100;

/** I10, I13 and I14: what people see when everything has settled. */
export function checkState({ events, database, rights }: Facts, found: Findings): void {
  const threads = byThread(database);
  const known = new Map(database.threads.map((thread) => [thread.id, thread]));
  for (const event of events) {
    if (event.f === 'unread') checkUnread(event, database, found);
    if (event.f !== 'final') continue;
    const thread = known.get(event.thread);
    const isAllowed = thread ? rights.mayAtEnd(event.ident, thread.room) : false;
    if (!isAllowed) {
      if (event.rows.length > 0) found.add('I15', `${event.sub} still shows what ${event.ident} may not see`);
      if (event.state === 'up') found.add('I17', `${event.sub} still stands without a right`);
    } else if (event.state !== 'up') found.add('I10', `${event.sub} is ${event.state}`);
    else
      checkFinal(
        event,
        { rev: thread?.rev ?? 0, epoch: database.epoch },
        threads.get(event.thread) ?? [],
        found,
      );
  }
  checkQueues(events, found);
}

/**
 * I10: everything from the place on where it began, in its newest state. Of what lies before, a reader
 * holds what was changed meanwhile, and reads the rest when somebody looks there.
 */
function checkFinal(
  final: Final,
  end: { rev: number; epoch: string },
  stored: StoredMessage[],
  found: Findings,
): void {
  if (final.epoch !== end.epoch) return found.add('I10', `${final.sub} shows another epoch`);
  if (final.rev !== end.rev)
    found.add('I10', `${final.sub} stands at rev ${final.rev}, the log at ${end.rev}`);
  const shown = new Map(final.rows.map((row) => [row[1], row]));
  for (const message of stored) {
    const row = shown.get(message.seq);
    if (!row && message.seq < final.first) continue;
    if (!row) found.add('I10', `${final.sub}: place ${message.seq} is missing`);
    else if (!isSame(row, message))
      found.add('I10', `${final.sub}: place ${message.seq} shows ${row.join()}`);
    shown.delete(message.seq);
  }
  for (const seq of shown.keys()) found.add('I10', `${final.sub}: place ${seq} is too many`);
}

const isSame = ([mid, , rev, text, reactions]: Row, message: StoredMessage) =>
  mid === message.mid && rev === message.rev && text === message.text && reactions === message.reactions;

/** I13: messages after the mark, by others, not deleted. */
function checkUnread({ ident, thread, shown }: Unread, database: Database, found: Findings): void {
  const read = database.reads.find((one) => one.ident === ident && one.thread === thread);
  if (!read) return;
  const isCounted = (message: StoredMessage) =>
    message.thread === thread &&
    message.seq > read.lastReadSeq &&
    message.author !== ident &&
    message.text !== '';
  const unread = Math.min(unreadMax, database.messages.filter(isCounted).length);
  if (shown !== unread)
    found.add('I13', `${ident} is shown ${shown} unread in ${thread}; they are ${unread}`);
}

/** I14: every wish ends acknowledged or visibly refused, and one tab at a time sends it. */
function checkQueues(events: readonly Event[], found: Findings): void {
  const settled = new Set<string>();
  for (const event of events) {
    if (!isAnswer(event)) continue;
    if (event.type === 'ok' || event.type === 'fail') settled.add(event.op);
    if (event.type === 'invoke' && event.isLead === false)
      found.add('I14', `${event.tab} sent ${event.op} while another tab was the one to send`);
  }
  const left = new Map(
    events.filter((event): event is Left => event.f === 'left').map((one) => [one.op, one]),
  );
  for (const { op, state } of left.values())
    if (state === 'waiting' || state === 'sending') found.add('I14', `${op} is stuck (${state})`);
  for (const { op } of events.filter((event): event is Queued => event.f === 'queue'))
    if (!settled.has(op) && !left.has(op)) found.add('I14', `${op} was queued and never heard of again`);
}

const isAnswer = (event: Event): event is Attempt => 'type' in event && 'op' in event;
