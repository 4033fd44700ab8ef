import { expect, test } from './fixtures';
import type { Person } from './person';

/** The words in the list that lie beneath the open toolbar. */
const covered = (person: Person) =>
  person.page.getByRole('toolbar', { name: 'Message actions' }).evaluate((toolbar) => {
    const box = toolbar.getBoundingClientRect();
    const feed = toolbar.closest('[role=feed]');
    if (!feed) throw new Error('The toolbar stands in no list.');
    const words: string[] = [];
    const texts = document.createTreeWalker(feed, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (toolbar.contains(text)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const isUnder = [...range.getClientRects()].some(
        ({ left, right, top, bottom }) =>
          left < box.right && right > box.left && top < box.bottom && bottom > box.top,
      );
      if (isUnder) words.push(text.textContent ?? '');
    }
    return words;
  });

test('the toolbar of a message covers nothing that one reads, however narrow the window', async ({
  alice,
  guest,
  room,
}) => {
  const long = 'So long that it takes all the width that there is for a message, and then some more of it';
  await guest.sayAll(room.mainThreadId, ['Short', `First ${long}`, `Second ${long}`]);
  await alice.open(room);
  await alice.say(`Third ${long}`);
  const toolbar = alice.page.getByRole('toolbar', { name: 'Message actions' });
  for (const width of [1440, 1280, 1024, 800, 600, 390]) {
    await alice.page.setViewportSize({ width, height: 800 });
    for (const text of ['Short', 'First', 'Second', 'Third']) {
      const row = alice.row(text);
      await row.getByText(text).first().hover();
      await expect(row.getByRole('toolbar')).toBeVisible();
      await expect(toolbar).toHaveCount(1);
      expect(await covered(alice), `${text} at ${width}`).toEqual([]);
      // What has no room beside the message stands in its menu.
      await expect(row.getByRole('button', { name: 'More', exact: true })).toBeInViewport();
    }
  }
  await alice.row('First').getByText('First').hover();
  await alice.row('First').getByRole('button', { name: 'More', exact: true }).click();
  await alice.page.getByRole('menuitem', { name: 'Reply' }).click();
  await expect(alice.composer).toBeFocused();
});

test('a message keeps its shape when it is sent, in a narrow window as well', async ({ alice, room }) => {
  alice.guard.tolerate(/ERR_|WebSocket|Failed to fetch/);
  await alice.page.setViewportSize({ width: 500, height: 800 });
  await alice.open(room);
  await alice.say('The first one');
  await alice.context.setOffline(true);
  await alice.say('So long that it takes all the width that there is for a message, and then some more');
  const bubble = alice.row('So long').locator('[class*=rounded-bubble]');
  const widthOf = async () => (await bubble.boundingBox())?.width;
  const before = await widthOf();
  expect(before).toBeGreaterThan(200);
  await alice.context.setOffline(false);
  await expect(bubble).toHaveAttribute('data-own');
  expect(await widthOf()).toBe(before);
});
