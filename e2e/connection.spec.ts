import { expect, test } from './fixtures';
import { passFrames } from './frames';
import { Wire } from './wire';
import type { Person } from './person';

/** What a browser says by itself about a network that is not there. */
const networkComplaint = /ERR_|WebSocket connection to/;

const numbered = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what} ${i + 1}.`);

/** All that the list shows, in order, without names and times. */
const shown = (person: Person, texts: string[]): Promise<string[]> =>
  person.rows.evaluateAll(
    (rows, known) => rows.map((row) => known.find((text) => row.textContent?.includes(text)) ?? '?'),
    texts,
  );

test('messages written offline by both sides arrive once and in order', async ({
  alice,
  bob,
  room,
  guest,
}) => {
  alice.guard.tolerate(networkComplaint);
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.say('Before the cut.');
  await expect(bob.row('Before the cut.')).toHaveCount(1);

  await alice.context.setOffline(true);
  await expect(alice.connection).toHaveText('Offline', { timeout: 4_000 });
  await expect(alice.page.getByRole('status').filter({ hasText: 'Offline' })).toBeVisible();
  const [fromBob, fromAlice] = [numbered('Bob to nobody', 5), numbered('Alice in a tunnel', 4)];
  for (const text of fromBob) await bob.say(text);
  for (const text of fromAlice) await alice.say(text);
  await expect(alice.page.getByRole('status').filter({ hasText: '4 messages' })).toBeVisible();
  expect(await guest.texts(room.mainThreadId)).toEqual(['Before the cut.', ...fromBob]);
  await expect(alice.row(fromBob[0] ?? '')).toHaveCount(0);

  await alice.context.setOffline(false);
  await expect(alice.connection).toHaveText('Connected', { timeout: 15_000 });
  const all = ['Before the cut.', ...fromBob, ...fromAlice];
  await expect.poll(() => shown(bob, all), { timeout: 15_000 }).toEqual(all);
  await expect.poll(() => shown(alice, all)).toEqual(all);
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(all);
  await expect(alice.page.getByRole('status').filter({ hasText: 'Offline' })).toHaveCount(0);
});

test('a socket that breaks comes back with everything said meanwhile', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  await using wire = await Wire.to(baseURL);
  const alice = await visit({ proxy: { server: wire.url } });
  alice.guard.tolerate(networkComplaint);
  await alice.open(room);
  const said: string[] = [];
  for (const round of [1, 2, 3]) {
    wire.break();
    await expect(alice.connection).toHaveText('Reconnecting', { timeout: 4_000 });
    const texts = numbered(`Said in gap ${round}`, 4);
    await guest.sayAll(room.mainThreadId, texts);
    const typed = `Typed in gap ${round}.`;
    await alice.say(typed);
    wire.mend();
    await expect(alice.connection).toHaveText('Connected', { timeout: 20_000 });
    said.push(...texts, typed);
    await expect.poll(() => shown(alice, said), { timeout: 20_000 }).toEqual(said);
    await expect.poll(() => guest.texts(room.mainThreadId), { timeout: 20_000 }).toEqual(said);
  }
});

test('a cut in the middle of a stream of messages loses and repeats none', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  await using wire = await Wire.to(baseURL);
  const alice = await visit({ proxy: { server: wire.url } });
  alice.guard.tolerate(networkComplaint);
  await alice.open(room);
  const [heard, typed] = [numbered('A busy day', 40), numbered('My word', 6)];
  // Not so fast that what she says is out of sight before it was seen.
  const talking = (async () => {
    for (const text of heard) {
      await guest.say(room.mainThreadId, text);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  for (const text of typed) {
    await alice.say(text);
    wire.cut();
  }
  await talking;
  const all = [...heard, ...typed];
  await expect
    .poll(async () => (await guest.texts(room.mainThreadId)).length, { timeout: 20_000 })
    .toBe(all.length);
  const stored = await guest.texts(room.mainThreadId);
  expect(stored.filter((text) => typed.includes(text))).toEqual(typed);
  expect(stored.toSorted()).toEqual(all.toSorted());
  const tail = stored.slice(-12);
  await expect.poll(async () => (await shown(alice, all)).slice(-12), { timeout: 20_000 }).toEqual(tail);
});

test('a network that swallows everything is noticed, and what was said is caught up', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  test.setTimeout(110_000);
  await using wire = await Wire.to(baseURL);
  const alice = await visit({ proxy: { server: wire.url } });
  alice.guard.tolerate(networkComplaint);
  await alice.open(room);
  await alice.say('Before the silence.');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['Before the silence.']);
  wire.swallow();
  const texts = numbered('Said into the silence', 5);
  await guest.sayAll(room.mainThreadId, texts);
  await alice.say('Typed into the silence.');
  await expect(alice.connection).not.toHaveText('Connected', { timeout: 35_000 });
  await passFrames(alice.page, 180); // long enough to try again in vain
  wire.mend();
  await expect(alice.connection).toHaveText('Connected', { timeout: 35_000 });
  const all = ['Before the silence.', ...texts, 'Typed into the silence.'];
  await expect.poll(() => shown(alice, all), { timeout: 15_000 }).toEqual(all);
  await expect.poll(() => guest.texts(room.mainThreadId), { timeout: 15_000 }).toEqual(all);
});

test('where no socket gets through, streams come another way, and go on after a cut', async ({
  alice,
  room,
  guest,
}) => {
  alice.guard.tolerate(networkComplaint);
  await alice.page.routeWebSocket(/\/api\/trpc/, (socket) => socket.close({ code: 1011 }));
  await alice.open(room);
  await alice.isLive();
  await guest.say(room.mainThreadId, 'Without a socket.');
  await expect(alice.row('Without a socket.')).toHaveCount(1);
  await alice.say('And back.');
  // It shows before it is sent, and what is not by now is sent after the cut.
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['Without a socket.', 'And back.']);

  await alice.context.setOffline(true);
  await guest.say(room.mainThreadId, 'While nobody listened.');
  await alice.context.setOffline(false);
  await expect(alice.row('While nobody listened.')).toHaveCount(1, { timeout: 20_000 });
  await guest.say(room.mainThreadId, 'And on.');
  await expect(alice.row('And on.')).toHaveCount(1);
  const texts = ['Without a socket.', 'And back.', 'While nobody listened.', 'And on.'];
  expect(await shown(alice, texts)).toEqual(texts);
});
