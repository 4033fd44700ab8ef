import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { pathOf } from './person';

/** What a thread page fetches may grow with what it does first, and with nothing else: decision 018. */
const scriptsMaxBytes = 229_500;
const scripts = '**/_next/static/chunks/**';

/** The scripts that a page fetches from now on, and how large they are together, compressed. */
function watchScripts(page: Page) {
  const texts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') texts.push(response.body());
  });
  return {
    count: () => texts.length,
    bytes: async () => (await Promise.all(texts)).reduce((sum, text) => sum + gzipSync(text).length, 0),
  };
}

test('a thread page fetches few scripts before anybody does anything, with marks in its messages too', async ({
  alice,
  room,
  guest,
}) => {
  const thread = await guest.startThread(room.id, 'Something to read');
  await guest.sayAll(thread.id, ['Plain words', '**Bold** words and `code`, https://a.example/', '> quoted']);
  const fetched = watchScripts(alice.page);
  await alice.open({ ...thread, room });
  await expect(alice.row('Bold').locator('strong')).toHaveText('Bold');
  await alice.page.waitForLoadState('networkidle');
  const bytes = await fetched.bytes();
  test.info().annotations.push({ type: 'scripts of a cold load, gzipped', description: `${bytes} bytes` });
  expect(fetched.count()).toBeGreaterThan(5);
  expect(bytes).toBeLessThan(scriptsMaxBytes);
});

test('what was never opened says so where the server cannot be reached, and opens when it can', async ({
  alice,
  room,
}) => {
  alice.guard.tolerate(/ERR_INTERNET_DISCONNECTED|WebSocket|Failed to load/);
  await alice.page.goto(pathOf(room));
  await alice.isLive();
  const problem = alice.page.getByText('This could not be opened');
  await alice.context.setOffline(true);
  await alice.page.getByRole('button', { name: 'New room' }).click();
  await expect(problem).toBeVisible();
  await expect(alice.dialog).toHaveCount(0);
  await alice.page.getByRole('button', { name: 'Close' }).focus();
  await alice.page.keyboard.press('Enter');
  await expect(problem).toBeHidden();
  await expect(alice.page.getByRole('button', { name: 'New room' })).toBeFocused();
  await alice.page.getByRole('button', { name: 'Room menu' }).click();
  await expect(problem).toBeVisible();
  await expect(alice.page.getByRole('menu')).toHaveCount(0);
  await alice.context.setOffline(false);
  await alice.isLive();
  await alice.page.getByRole('button', { name: 'Room menu' }).click();
  await expect(alice.page.getByRole('menuitem', { name: 'About this room' })).toBeVisible();
  await expect(problem).toBeHidden();
  await alice.page.keyboard.press('Escape');
  await alice.page.getByRole('button', { name: 'New room' }).click();
  await expect(alice.dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await alice.page.keyboard.press('Escape');
  await expect(alice.page.getByRole('button', { name: 'New room' })).toBeFocused();
});

test('a page whose scripts the server has no more says so, reloads, and tries again what it waits for', async ({
  alice,
  room,
  guest,
}) => {
  alice.guard.tolerate(/404/);
  const { page } = alice;
  const problem = page.getByText('This could not be opened');
  const newRoom = page.getByRole('button', { name: 'New room' });
  const away = () =>
    page.route(scripts, (route) => route.fulfill({ status: 404, contentType: 'text/javascript' }));
  await alice.open(room);
  await away();
  await newRoom.click();
  await expect(problem).toBeVisible();
  await page.unroute(scripts);
  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Reload' }).click();
  await reloaded;
  await alice.isLive();
  await newRoom.click();
  await expect(alice.dialog).toBeVisible();
  await page.keyboard.press('Escape');

  await away();
  await guest.say(room.mainThreadId, 'Words in **bold**');
  await expect(alice.row('Words in **bold**')).toHaveCount(1);
  await expect(problem).toBeVisible();
  await page.unroute(scripts);
  await expect(alice.row('Words in').locator('strong')).toHaveText('bold', { timeout: 20_000 });
  await expect(problem).toBeHidden();
});

test('whoever presses elsewhere goes on there: what is open closes, what is on its way does not open', async ({
  alice,
  room,
}) => {
  const { page, composer } = alice;
  await alice.open(room);
  await page.getByRole('button', { name: 'Formatting' }).click();
  await expect(alice.dialog).toBeVisible();
  await composer.click();
  await expect(alice.dialog).toHaveCount(0);
  await page.keyboard.type('One');
  await expect(composer).toHaveValue('One');

  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(scripts, async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Room menu' }).click();
  await composer.click();
  const arrived = page.waitForResponse(scripts);
  release();
  await arrived;
  await page.unroute(scripts);
  await page.keyboard.type(' and two');
  await expect(composer).toHaveValue('One and two');
  await expect(page.getByRole('menu')).toHaveCount(0);
});
