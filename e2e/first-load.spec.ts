import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { pathOf } from './person';

/** What a thread page fetches may grow with what it does first, and with nothing else: decision 018. */
const scriptsMaxBytes = 234_000;

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
  const scripts = watchScripts(alice.page);
  await alice.open({ ...thread, room });
  await expect(alice.row('Bold').locator('strong')).toHaveText('Bold');
  await alice.page.waitForLoadState('networkidle');
  const bytes = await scripts.bytes();
  test.info().annotations.push({ type: 'scripts of a cold load, gzipped', description: `${bytes} bytes` });
  expect(scripts.count()).toBeGreaterThan(5);
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
  await alice.page.getByRole('button', { name: 'Close' }).click();
  await expect(problem).toBeHidden();
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
