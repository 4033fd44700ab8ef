import type { APIRequestContext } from '@playwright/test';
import pg from 'pg';
import { expect, test } from './fixtures';
import { passFrames } from './frames';
import { Gate } from './gate';
import type { Person } from './person';
import type { MessagePage } from '@/shared/message';

/** What a browser says by itself about calls that go nowhere, and about the tab that is crashed here. */
const expected = /ERR_|WebSocket connection to|Failed to fetch|a page crashed|status of 5\d\d/;

const numbered = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what} ${String(i + 1).padStart(2, '0')}.`);

/** Writes without waiting for a row: of many, the list shows only those in view. */
async function type(person: Person, text: string): Promise<void> {
  await person.composer.fill(text);
  await person.composer.press('Enter');
  await expect(person.composer).toHaveValue('');
}

/** How many items this browser keeps, of whomever. */
const keptCount = (person: Person): Promise<number> =>
  person.page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('foyer');
        opening.addEventListener('error', () => reject(new Error('The database does not open.')));
        opening.addEventListener('success', () => {
          const database = opening.result;
          const counting = database.transaction('outbox').objectStore('outbox').count();
          counting.addEventListener('success', () => {
            database.close();
            resolve(counting.result);
          });
        });
      }),
  );

/** The newest messages of a public thread, as anybody can read them over HTTP. */
async function messagesOf(request: APIRequestContext, threadId: string): Promise<MessagePage['messages']> {
  const input = encodeURIComponent(JSON.stringify({ threadId, limit: 100 }));
  const answer = await request.get(`/api/trpc/message.list?input=${input}`);
  const { result } = (await answer.json()) as { result: { data: MessagePage } };
  return result.data.messages;
}

/** Archives a room behind everybody's back. */
async function archive(roomId: string): Promise<void> {
  const database = new pg.Client({ connectionString: process.env['E2E_DATABASE_URL'] });
  await database.connect();
  await database.query('update rooms set archived_at = now() where id = $1', [roomId]);
  await database.end();
}

/** Everything that the list shows from its first row to its last, in order, read by scrolling through it. */
async function readThrough(person: Person): Promise<string[]> {
  await person.page.bringToFront(); // a tab out of sight draws nothing
  const seen = new Map<number, string>();
  const look = async () => {
    for (const [seq, text] of await person.rows.evaluateAll((rows) =>
      rows.map((row): [number, string] => [
        Number(row.closest<HTMLElement>('[data-seq]')?.dataset['seq']),
        row.textContent?.match(/[A-Z][a-z ]+ \d\d\./)?.[0] ?? '',
      ]),
    ))
      if (text) seen.set(seq, text);
  };
  await person.page.getByRole('button', { name: 'Go to the first message' }).click();
  await expect(person.row('01.')).toHaveCount(1);
  await person.list.hover();
  // Steps of half a view, so that no row is passed by.
  for (let i = 0; i < 18; i++) {
    await look();
    await person.page.mouse.wheel(0, 300);
    await passFrames(person.page, 12);
  }
  await look();
  return [...seen].toSorted(([a], [b]) => a - b).map(([, text]) => text);
}

test('fifty messages outlive a reload and a crash and arrive once, in order', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  test.setTimeout(150_000);
  await using gate = await Gate.to(baseURL);
  const alice = await visit({ proxy: { server: gate.url } });
  alice.guard.tolerate(expected);
  await alice.open(room);
  await alice.context.setOffline(true);
  await expect(alice.connection).toHaveText('Offline');
  const texts = numbered('Typed in a tunnel', 50);
  for (const text of texts.slice(0, 40)) await type(alice, text);
  await expect.poll(() => keptCount(alice)).toBe(40);

  gate.shut();
  await alice.context.setOffline(false);
  await alice.page.reload();
  await expect(alice.row(texts[39] ?? '')).toHaveCount(1);
  const other = await alice.otherTab();
  await other.page.goto(`/r/${room.slug}`);
  await expect(other.row(texts[39] ?? '')).toHaveCount(1);
  await alice.page.bringToFront();
  for (const text of texts.slice(40, 45)) await type(alice, text);
  await expect(other.row(texts[44] ?? '')).toHaveCount(1);
  await other.page.bringToFront();
  for (const text of texts.slice(45)) await type(other, text);
  await expect.poll(() => keptCount(other)).toBe(50);
  expect(await guest.texts(room.mainThreadId)).toEqual([]);

  const crashed = alice.page.waitForEvent('crash');
  void alice.page.goto('chrome://crash').catch(() => {});
  await crashed;
  gate.open();
  await expect(other.connection).toHaveText('Connected', { timeout: 40_000 });
  await expect.poll(() => guest.texts(room.mainThreadId), { timeout: 40_000 }).toEqual(texts);

  const fresh = await alice.otherTab();
  await fresh.open(room);
  expect(await readThrough(fresh)).toEqual(texts);
  expect(await readThrough(other)).toEqual(texts);
  await expect.poll(() => keptCount(fresh), { timeout: 30_000 }).toBe(0);
  expect(await guest.texts(room.mainThreadId)).toEqual(texts);
});

test('a tab that crashes while it sends hands over to the next, and nothing comes twice', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  test.setTimeout(90_000);
  await using gate = await Gate.to(baseURL);
  const alice = await visit({ proxy: { server: gate.url } });
  alice.guard.tolerate(expected);
  await alice.open(room);
  const other = await alice.otherTab();
  await other.open(room);
  await alice.context.setOffline(true);
  const texts = numbered('Cut off in the middle', 30);
  for (const text of texts) await type(other, text);
  await expect.poll(() => keptCount(other)).toBe(30);
  await alice.context.setOffline(false);
  await expect.poll(async () => (await guest.texts(room.mainThreadId)).length).toBeGreaterThan(2);
  const crashed = alice.page.waitForEvent('crash');
  void alice.page.goto('chrome://crash').catch(() => {});
  await crashed;
  await expect.poll(() => guest.texts(room.mainThreadId), { timeout: 30_000 }).toEqual(texts);
  await expect.poll(() => keptCount(other), { timeout: 30_000 }).toBe(0);
  expect(await readThrough(other)).toEqual(texts);
});

test('a tab that has the lock and does not stir is passed over', async ({ alice, room, guest }) => {
  alice.guard.tolerate(/favicon/);
  await alice.open(room);
  const other = await alice.otherTab();
  await other.page.goto('/api/health');
  await other.page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    const name = held.find((lock) => lock.name?.startsWith('foyer-outbox'))?.name ?? 'none';
    const holding = navigator.locks.request(name, { steal: true }, () => new Promise<void>(() => {}));
    holding.catch(() => {}); // taken back
  });
  await alice.say('Is anybody there?');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['Is anybody there?']);
  await alice.say('Now at once.');
  const quickly = { timeout: 2_500 };
  await expect.poll(() => guest.texts(room.mainThreadId), quickly).toHaveLength(2);
});

test('an edit, a deletion and a reaction that were made offline arrive', async ({
  alice,
  room,
  guest,
  request,
}) => {
  alice.guard.tolerate(expected);
  const theirs = await guest.say(room.mainThreadId, 'Who comes tonight?');
  await alice.open(room);
  await alice.say('I do nto.');
  await alice.say('Never mind.');
  await expect.poll(() => guest.texts(room.mainThreadId)).toHaveLength(3);
  await alice.context.setOffline(true);
  await expect(alice.connection).toHaveText('Offline');
  await alice.row('Never mind.').hover();
  await alice.row('Never mind.').press('Delete');
  await alice.row('I do nto.').press('e');
  await alice.composer.fill('I do.');
  await alice.composer.press('Enter');
  await alice.row('Who comes tonight?').press('+');
  await expect.poll(() => keptCount(alice)).toBe(3);
  await alice.context.setOffline(false);
  await expect
    .poll(() => guest.texts(room.mainThreadId), { timeout: 20_000 })
    .toEqual(['Who comes tonight?', 'I do.', '']);
  await expect
    .poll(async () => {
      const messages = await messagesOf(request, room.mainThreadId);
      return messages.find((message) => message.id === theirs.id)?.reactions;
    })
    .toMatchObject([{ userIds: [expect.any(String)] }]);
  await expect.poll(() => keptCount(alice)).toBe(0);
});

test('what the server refuses says why and does not hold up other threads', async ({
  alice,
  room,
  guest,
}) => {
  alice.guard.tolerate(expected);
  // The refusal itself, where it is asked for without a socket.
  alice.guard.tolerate(/403/);
  const open = await guest.makeRoom();
  await alice.open(room);
  await alice.context.setOffline(true);
  await expect(alice.connection).toHaveText('Offline');
  await type(alice, 'Too late for this.');
  await alice.rooms.getByRole('link', { name: open.name }).click();
  await expect(alice.page.getByRole('heading', { level: 1, name: open.name })).toBeVisible();
  await archive(room.id);
  await alice.context.setOffline(false);
  await alice.isLive();
  await type(alice, 'In time for this.');
  await expect.poll(() => guest.texts(open.mainThreadId)).toEqual(['In time for this.']);
  await expect.poll(() => keptCount(alice)).toBe(1);
  await alice.open(room);
  await expect(alice.row('Too late for this.')).toContainText('This room is archived');
  await alice.row('Too late for this.').getByRole('button', { name: 'Discard' }).click();
  await expect(alice.row('Too late for this.')).toHaveCount(0);
  await expect.poll(() => keptCount(alice)).toBe(0);
});

test('S84: what one person wrote is not sent as another', async ({ alice, room, guest }) => {
  alice.guard.tolerate(expected);
  await alice.open(room);
  await alice.say('By the first.');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['By the first.']);
  const secret = await alice.secret();
  await alice.context.setOffline(true);
  await expect(alice.connection).toHaveText('Offline');
  await type(alice, 'By the first, later.');
  await expect.poll(() => keptCount(alice)).toBe(1);
  await alice.page.evaluate(() => localStorage.setItem('foyer.visitor', 'A'.repeat(43)));
  await alice.context.setOffline(false);
  await alice.page.reload();
  await alice.isLive();
  await expect(alice.row('By the first.')).toHaveCount(1);
  await expect(alice.row('By the first, later.')).toHaveCount(0);
  await type(alice, 'By the second.');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['By the first.', 'By the second.']);

  await alice.page.evaluate((first) => localStorage.setItem('foyer.visitor', first ?? ''), secret);
  await alice.page.reload();
  await expect
    .poll(() => guest.texts(room.mainThreadId), { timeout: 20_000 })
    .toEqual(['By the first.', 'By the second.', 'By the first, later.']);
});

test('without a database the page sends all the same', async ({ alice, room, guest }) => {
  await alice.page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Not here.', 'SecurityError');
    };
  });
  await alice.open(room);
  await alice.say('From memory.');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['From memory.']);
  await expect(alice.row('From memory.')).toHaveCount(1);
});
