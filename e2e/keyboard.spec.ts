import { expect, test } from './fixtures';
import type { Person } from './person';

/** Presses Tab until the focus is on this, and tells whether it came there. */
async function tabTo(person: Person, selector: string, most = 80): Promise<boolean> {
  for (let i = 0; i < most; i++) {
    await person.page.keyboard.press('Tab');
    const isThere = await person.page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) ?? false,
      selector,
    );
    if (isThere) return true;
  }
  return false;
}

test('Tab comes to rooms, threads, messages and the composer, each with a visible focus', async ({
  alice,
  room,
  guest,
}) => {
  await guest.startThread(room.id, 'A thread to come by');
  await guest.say(room.mainThreadId, 'Something to read');
  await alice.open(room);
  await expect(alice.threadLink('A thread to come by')).toBeVisible();
  for (const stop of [
    'nav[aria-label=Rooms] a[href^="/r/"]',
    '[role=list] a[href*="/t/"]',
    '[role=feed]',
    'textarea[aria-label=Message]',
  ]) {
    expect(await tabTo(alice, stop, 200), stop).toBe(true);
    if (stop.startsWith('textarea')) break;
    const outline = await alice.page.evaluate(() =>
      document.activeElement ? getComputedStyle(document.activeElement).outlineStyle : 'none',
    );
    expect(outline, stop).not.toBe('none');
  }
  await alice.page.keyboard.type('Without a mouse');
  await alice.page.keyboard.press('Enter');
  await expect(alice.row('Without a mouse')).toHaveCount(1);
  await expect(alice.composer).toBeFocused();
});

test('Enter sends, Shift+Enter breaks the line, and blank text is nothing', async ({
  alice,
  room,
  guest,
}) => {
  await alice.open(room);
  const { keyboard } = alice.page;
  await alice.composer.focus();
  for (const nothing of ['', '   ', ' \n\t \n']) {
    await alice.composer.fill(nothing);
    await keyboard.press('Enter');
  }
  await alice.composer.fill('');
  await keyboard.type('  First line');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second line  ');
  await expect(alice.composer).toHaveValue('  First line\nsecond line  ');
  await keyboard.press('Enter');
  await expect(alice.composer).toHaveValue('');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['First line\nsecond line']);
  await expect(alice.rows).toHaveCount(1);
});

test('the Enter that ends a composition does not send', async ({ alice, room, guest }) => {
  await alice.open(room);
  await alice.composer.fill('にほん');
  for (const init of [
    { isComposing: true, keyCode: 13 },
    { isComposing: false, keyCode: 229 },
  ]) {
    await alice.composer.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, ...init });
    await expect(alice.composer).toHaveValue('にほん');
  }
  await alice.composer.press('Enter');
  await expect(alice.composer).toHaveValue('');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual(['にほん']);
});

test('5,001 characters are refused with a sentence, 5,000 are sent', async ({ alice, room, guest }) => {
  await alice.open(room);
  await alice.composer.fill('🦦'.repeat(2_000) + 'x'.repeat(3_001));
  await expect(alice.page.getByRole('alert').filter({ hasText: '5,000' })).toBeVisible();
  await expect(alice.page.getByRole('button', { name: 'Send' })).toBeDisabled();
  await alice.composer.press('Enter');
  await expect(alice.composer).not.toHaveValue('');
  const fits = `🦦${'x'.repeat(4_999)}`;
  await alice.composer.fill(fits);
  await expect(alice.page.getByRole('alert').filter({ hasText: '5,000' })).toHaveCount(0);
  await alice.composer.press('Enter');
  await expect.poll(() => guest.texts(room.mainThreadId)).toEqual([fits]);
});

const openers = ({ page }: Person) => [
  page.getByRole('button', { name: 'New room' }),
  page.getByRole('button', { name: 'New thread' }),
  page.getByTitle('Change your name'),
];

test('dialogs open, keep the focus and close by keyboard', async ({ alice, room }) => {
  await alice.open(room);
  const { page } = alice;
  for (const opener of openers(alice)) {
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(alice.dialog).toBeVisible();
    await expect(alice.dialog.getByRole('textbox').first()).toBeFocused();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(alice.dialog).toHaveCount(0);
  }
});

test('a dialog that closes gives the focus back to what opened it', async ({ alice, room }) => {
  await alice.open(room);
  for (const opener of openers(alice)) {
    await opener.focus();
    await alice.page.keyboard.press('Enter');
    await expect(alice.dialog).toBeVisible();
    await alice.page.keyboard.press('Escape');
    await expect(alice.dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
});

test('a menu opens at its first entry by keyboard, and gets the focus back from what the entry opens', async ({
  alice,
  room,
}) => {
  await alice.open(room);
  const { page } = alice;
  const menu = page.getByRole('button', { name: 'Room menu' });
  // The first time its code is fetched, the second time it is there.
  for (const time of ['first', 'second']) {
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem').first(), time).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(alice.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(alice.dialog).toHaveCount(0);
    await expect(menu, time).toBeFocused();
  }
});

test('arrow keys go through the thread list, Enter opens', async ({ alice, room, guest }) => {
  for (const title of ['Third from above', 'Second from above', 'First from above'])
    await guest.say((await guest.startThread(room.id, title)).id, title);
  await alice.open(room);
  await alice.threadLink('First from above').focus();
  await alice.page.keyboard.press('ArrowDown');
  await expect(alice.threadLink('Second from above')).toBeFocused();
  await alice.page.keyboard.press('ArrowDown');
  await expect(alice.threadLink('Third from above')).toBeFocused();
  await alice.page.keyboard.press('ArrowUp');
  await expect(alice.threadLink('Second from above')).toBeFocused();
  await alice.page.keyboard.press('Enter');
  await expect(alice.page.getByRole('heading', { level: 1, name: 'Second from above' })).toBeVisible();
});
