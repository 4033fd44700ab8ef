import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { check, type Verdict } from './check/check';
import { dump, readRevs } from './dump';
import { applyFault, possible, type FaultId } from './faults';
import { now, shortOf, type Delivery, type Event } from './history';
import { readMetrics, type Metrics } from './metrics';
import { openConnections } from './open-connections';
import type { Rig } from './rig';

export type RunOptions = {
  /** Drawn from, again and again, while there is load. */
  faults: readonly FaultId[];
  /** Or exactly these, in this order, and then on with drawing. */
  first?: readonly FaultId[];
  /** Of the durations of faults. */
  scale: number;
  say(line: string): void;
};
export type Outcome = {
  verdict: Verdict;
  injections: number;
  settledAfterMs: number | null;
  /** Of the calm before the first fault; null where there is too little of it. */
  calm: Metrics | null;
};

/** Load with faults, then quiet, then the check. The rig is ended, however it goes. */
export async function run(rig: Rig, options: RunOptions): Promise<Outcome> {
  try {
    await waitForAll(rig, 'nobody has come up');
    const { injections, calm } = await disturb(rig, options);
    const settledAfterMs = await settle(rig);
    options.say(`settled after ${settledAfterMs ?? '-'} ms; checking`);
    await Promise.all(rig.workers.map((worker) => worker.do({ type: 'finals' })));
    const epoch = await epochOf(rig);
    const database = await dump(rig.cluster.url(), epoch, rig.world);
    await Promise.all(rig.workers.map((worker) => worker.do({ type: 'close' })));
    await checkZombies(rig);
    rig.tell({ t: now(), f: 'phase', what: 'closed' });
    const files = rig.workers.map((_, index) => rig.files(index));
    const members = new Set(
      rig.world.rooms.flatMap((room) => room.members.map((id) => `${shortOf(id)} ${shortOf(room.id)}`)),
    );
    const verdict = await check({
      events: [...rig.events, ...files.flatMap((file) => readEvents(file.events))],
      deliveries: readDeliveries(files.map((file) => file.deliveries)),
      database,
      isMember: (ident, room) => members.has(`${ident} ${room}`),
      bounds: { rssFactor: 1.25, rssSlackMb: 80, fdSlack: 20 },
    });
    return { verdict, injections, settledAfterMs, calm };
  } finally {
    await rig.end();
  }
}

/** @returns how many faults were injected, and what the calm before them was like */
async function disturb(rig: Rig, { faults, first = [], scale, say }: RunOptions) {
  const { plan } = rig.options;
  const { random } = rig;
  const endMs = Date.now() + plan.loadSeconds * 1_000;
  rig.tell({ t: now(), f: 'phase', what: 'load' });
  await load(rig, true);
  let injections = 0;
  const left = possible(rig, first);
  const drawn = possible(rig, faults);
  await readMetrics(rig);
  await delay(plan.calmSeconds * 1_000);
  const calm = plan.calmSeconds >= calmMinSeconds ? await readMetrics(rig) : null;
  while (Date.now() < endMs || left.length > 0) {
    const id = left.shift() ?? (drawn.length > 0 ? random.pick(drawn) : null);
    if (id) {
      await applyFault(rig, id, { random, scale, say });
      injections++;
    }
    await delay(id ? plan.restSeconds * 1_000 : 250);
  }
  await load(rig, false);
  rig.links.clients.up();
  rig.links.database.up();
  rig.tell({ t: now(), f: 'phase', what: 'healed' });
  return { injections, calm };
}

const calmMinSeconds = 10;

const load = (rig: Rig, isOn: boolean) =>
  Promise.all(rig.workers.map((worker) => worker.do({ type: 'load', isOn })));

/** @returns how long it took until everybody stood where the database does; null when they never did */
async function settle(rig: Rig): Promise<number | null> {
  const since = Date.now();
  // What is on its way when the load stops still comes in.
  await delay(500);
  const isSettled = await waitForAll(rig, 'not settled');
  const tookMs = Date.now() - since;
  // Once as streams have left it, and once with everything read: reading mends what is missing.
  await Promise.all(rig.workers.map((worker) => worker.do({ type: 'finals' })));
  // Who has not arrived by now is known: more waiting tells nothing new.
  if (isSettled) {
    await readEverything(rig);
    await waitForAll(rig, 'not settled after reading everything');
  }
  rig.tell({ t: now(), f: 'phase', what: 'settled' });
  await delay(rig.options.plan.afterSeconds * 1_000);
  return isSettled ? tookMs : null;
}

async function readEverything(rig: Rig): Promise<void> {
  const deadline = Date.now() + rig.options.plan.settleMaxSeconds * 1_000;
  for (;;) {
    const missing = await Promise.all(rig.workers.map((worker) => worker.do({ type: 'readAll' })));
    const left = missing.reduce<number>((sum, count) => sum + Number(count), 0);
    if (left === 0) return;
    if (Date.now() > deadline) return rig.probe('I12', false, `${left} places could not be read`);
    await delay(500);
  }
}

/** Waits until nothing is to be sent and every stream stands where the database does. */
async function waitForAll(rig: Rig, otherwise: string): Promise<boolean> {
  const deadline = Date.now() + rig.options.plan.settleMaxSeconds * 1_000;
  for (;;) {
    const revs = await readRevs(rig.cluster.url());
    const lists = await Promise.all(
      rig.workers.map((worker) => worker.do({ type: 'unsettled', revs, shut: [...rig.shut] })),
    );
    const behind = lists.flatMap((list) => list as string[]);
    if (behind.length === 0) return true;
    if (Date.now() > deadline) {
      rig.probe('I12', false, `${otherwise}: ${behind.slice(0, 5).join(', ')}`);
      return false;
    }
    await delay(250);
  }
}

/** I20: when every browser is closed, no connection to an instance is left. */
async function checkZombies(rig: Rig): Promise<void> {
  rig.links.clients.reset();
  const ports = rig.instances.map((instance) => instance.options.port);
  const deadline = Date.now() + 20_000;
  for (;;) {
    const left = openConnections(ports);
    if (left === null || left === 0) return;
    if (Date.now() > deadline) return rig.probe('I20', false, `${left} connections stayed`);
    await delay(250);
  }
}

async function epochOf(rig: Rig): Promise<string> {
  const answer = await fetch(
    new URL(`/api/trpc/message.list?input=${encodeURIComponent(publicThread(rig))}`, rig.baseUrl),
    { headers: { 'x-foyer-visitor': rig.world.people[0]?.secret ?? '' } },
  );
  const told = (await answer.json()) as { result?: { data: { head: { cursor: string } } } };
  return told.result?.data.head.cursor.split('.')[0] ?? '';
}

function publicThread(rig: Rig): string {
  const open = rig.world.rooms.find((room) => !room.isPrivate);
  return JSON.stringify({ threadId: rig.world.threads.find((thread) => thread.roomId === open?.id)?.id });
}

const readEvents = (file: string): Event[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

async function* readDeliveries(files: string[]): AsyncGenerator<Delivery> {
  for (const file of files)
    for await (const line of createInterface({ input: createReadStream(file) }))
      yield JSON.parse(line) as Delivery;
}
