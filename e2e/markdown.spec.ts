import { expect, test } from './fixtures';
import { driftOf, framesOf, passFrames, recordFrames } from './frames';

const code = ['const answer = 42; // why', 'function say() {', '  return "hello";', '}'].join('\n');

test('marks become elements for both, and what is no mark stays as it was typed', async ({
  alice,
  bob,
  room,
}) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  await alice.composer.fill(
    '**bold** *slanted* ~~gone~~ `x < y` snake_case 2 * 3 * 4\n> quoted\n- first\n- second',
  );
  await alice.composer.press('Enter');
  for (const { list } of [alice, bob]) {
    const words = list.locator('[data-seq="1"]');
    await expect(words.locator('strong')).toHaveText('bold');
    await expect(words.locator('em')).toHaveText('slanted');
    await expect(words.locator('s')).toHaveText('gone');
    await expect(words.locator('code')).toHaveText('x < y');
    await expect(words.locator('blockquote')).toHaveText('quoted');
    await expect(words.locator('ul > li')).toHaveText(['first', 'second']);
    await expect(words).toContainText('snake_case 2 * 3 * 4');
  }
  await expect(alice.threadList.getByRole('link').first()).toContainText(
    'bold slanted gone x < y snake_case 2 * 3 * 4 quoted • first • second',
  );
});

test('an answer quotes the words without their marks', async ({ alice, room, guest }) => {
  await guest.say(room.mainThreadId, 'Read **this** `first`');
  await alice.open(room);
  await alice.row('Read').hover();
  await alice.row('Read').getByRole('button', { name: 'Reply' }).click();
  await alice.say('I did');
  await expect(alice.row('I did').getByRole('button', { name: 'Read this first' })).toBeVisible();
});

test('a link opens elsewhere, says nothing of us, and names where it leads', async ({
  alice,
  room,
  guest,
}) => {
  await guest.say(
    room.mainThreadId,
    'See [the page](https://a.example/x) or [bank.example](https://b.example/)',
  );
  await alice.open(room);
  const links = alice.row('See').getByRole('link');
  await expect(links).toHaveCount(2);
  await expect(links.first()).toHaveAttribute('href', 'https://a.example/x');
  await expect(links.first()).toHaveAttribute('title', 'https://a.example/x');
  await expect(links.first()).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc');
  await expect(links.first()).toHaveAttribute('target', '_blank');
  await expect(alice.row('See')).toContainText('bank.example (b.example)');
});

test('code keeps its place and its words when its colours come', async ({ alice, room, guest }) => {
  await guest.say(room.mainThreadId, 'Above the code');
  await guest.say(room.mainThreadId, `\`\`\`js\n${code}\n\`\`\``);
  await guest.say(room.mainThreadId, 'Below the code');
  await recordFrames(alice.page);
  await alice.open(room);
  const block = alice.row('const answer').locator('pre');
  await expect(block.locator('[data-code=keyword]').first()).toHaveText('const');
  await expect(block.locator('[data-code=string]')).toHaveText('"hello"');
  expect(await block.locator('code').evaluate((element) => element.textContent)).toBe(code);
  await passFrames(alice.page, 5);
  const frames = await framesOf(alice.page);
  const heights = frames.flatMap(({ rows }) =>
    rows
      .filter(({ text }) => text.includes('const answer'))
      .map(({ top, bottom }) => Math.round(bottom - top)),
  );
  expect(new Set(heights).size).toBe(1);
  expect(driftOf(frames, { text: 'Below the code' })).toBeLessThanOrEqual(1);
});

test('a page without scripts has the elements as well', async ({ visit, room, guest }) => {
  await guest.say(room.mainThreadId, '**bold** and\n```js\nlet a\n```');
  const alice = await visit({ javaScriptEnabled: false });
  await alice.page.goto(`/r/${room.slug}`);
  await expect(alice.list.locator('strong')).toHaveText('bold');
  await expect(alice.list.locator('pre')).toHaveText('let a');
});

test('an emoji that is picked goes where the caret stands, and writing goes on', async ({ alice, room }) => {
  await alice.open(room);
  await alice.composer.fill('Well done!');
  await alice.composer.press('ArrowLeft');
  await alice.page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await alice.page.getByRole('searchbox', { name: 'Find an emoji' }).fill('heart');
  await alice.page.keyboard.press('Enter');
  await expect(alice.composer).toBeFocused();
  await expect(alice.composer).toHaveValue(/^Well done.+!$/);
  await alice.page.keyboard.press('Enter');
  await expect(alice.row('Well done')).toContainText(/Well done.+!/);
});
