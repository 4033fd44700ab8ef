import { Guest } from './api';
import { expect, test } from './fixtures';
import { pathOf } from './person';

const outside = { javaScriptEnabled: false };
const lines = Array.from({ length: 60 }, (_, i) => `Readable line ${i + 1}.`);

test('a public room and its threads are readable without JavaScript', async ({
  visit,
  room,
  guest,
  baseURL,
}) => {
  const thread = await guest.startThread(room.id, 'A thread to read');
  const second = new Guest(baseURL, 'Second Guest');
  for (const id of [room.mainThreadId, thread.id]) {
    await guest.sayAll(id, lines.slice(0, -3));
    await second.sayAll(id, lines.slice(-3));
  }
  const reader = await visit(outside);
  for (const place of [room, { ...thread, room }]) {
    const answer = await reader.page.goto(pathOf(place));
    expect(answer?.status()).toBe(200);
    for (const line of lines.slice(-5)) await expect(reader.row(line)).toBeInViewport({ ratio: 0.99 });
    await expect(reader.row('Readable line 58.')).toContainText('Second Guest');
    await expect(reader.threadLink('A thread to read')).toHaveCount(1);
  }
  await expect(reader.page).toHaveTitle(/^A thread to read · /);
  const { id, name } = { id: thread.shortId, name: 'a-thread-to-read' };
  await reader.page.goto(pathOf(room));
  await reader.threadLink('A thread to read').click();
  await expect(reader.page).toHaveURL(new RegExp(`/t/${id}-${name}$`));
  await expect(reader.page.getByRole('heading', { level: 1, name: 'A thread to read' })).toBeVisible();
});

for (const [how, options] of [
  ['with', {}],
  ['without', outside],
] as const)
  test(`an unknown room or thread says so in a sentence, ${how} JavaScript`, async ({ visit, room }) => {
    const visitor = await visit(options);
    for (const path of [
      '/r/no-such-room-here',
      '/r/no-such-room-here/t/0',
      `/r/${room.slug}/t/000000000000`,
    ]) {
      const answer = await visitor.page.goto(path);
      expect(answer?.status(), path).toBe(200);
      await expect(visitor.rooms).toBeVisible();
      await expect(visitor.page.getByRole('main'), path).toContainText(/\w+ .+\./);
    }
  });

test('to an outsider a private room looks like one that does not exist', async ({
  visit,
  guest,
  baseURL,
}) => {
  await guest.rename(guest.name);
  const hidden = await guest.makeRoom({ kind: 'private', visitors: 'none', name: 'Hidden cellar' });
  await guest.say(hidden.mainThreadId, 'A secret of the cellar');
  const unknown = hidden.slug.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
  const answers = await Promise.all(
    [hidden.slug, unknown].map(async (slug) => {
      const answer = await fetch(`${baseURL}/r/${slug}`);
      const html = (await answer.text()).replaceAll(slug, 'SLUG').replaceAll(/nonce(=|\\":\\)"[^"]+"/g, '');
      return { status: answer.status, length: html.length, isTold: /cellar|secret/i.test(html) };
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.isTold).toBe(false);

  const visitor = await visit();
  const words: (string | null)[] = [];
  for (const slug of [hidden.slug, unknown]) {
    await visitor.page.goto(`/r/${slug}`);
    await visitor.isLive();
    await expect(visitor.page.getByRole('main')).toContainText(/\w+ .+\./);
    words.push(await visitor.page.getByRole('main').textContent());
  }
  expect(words[0]).toBe(words[1]);
  await expect(visitor.page.getByText(/cellar/i)).toHaveCount(0);
});
