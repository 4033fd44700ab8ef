import { expectAccessible } from './axe';
import { expect, test } from './fixtures';

const sizes = {
  'a wide window': { viewport: { width: 1440, height: 900 } },
  'a phone': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

for (const [size, device] of Object.entries(sizes))
  for (const colorScheme of ['light', 'dark'] as const)
    test(`every view is accessible in ${size}, ${colorScheme}`, async ({ visit, room, guest }) => {
      test.slow();
      const isPhone = size === 'a phone';
      const thread = await guest.startThread(room.id, 'A thread to look at');
      await guest.sayAll(thread.id, [
        'Plain words',
        '**Bold** and `code` and https://example.org',
        '> quoted',
      ]);
      await guest.say(room.mainThreadId, 'In the room');
      const alice = await visit({ ...device, colorScheme, reducedMotion: 'reduce' });
      const { page } = alice;
      await page.goto('/');
      await expect(page.getByText(room.name).first()).toBeAttached();
      await expectAccessible(alice, 'inbox');
      if (isPhone) {
        await page.goto('/?pane=rooms');
        await expect(alice.rooms).toBeVisible();
        await expectAccessible(alice, 'rooms');
      }
      await alice.page.goto(`/r/${room.slug}`);
      await expect(alice.row('In the room')).toBeVisible();
      await expect(alice.composer).toBeVisible();
      await alice.say('From me');
      await expectAccessible(alice, 'room');
      await page.goto(`/r/${room.slug}/t/${thread.shortId}`);
      await expect(alice.row('Plain words')).toBeVisible();
      await expect(alice.composer).toBeVisible();
      await expectAccessible(alice, 'thread');

      await page.getByRole('button', { name: 'Thread menu' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      await expectAccessible(alice, 'thread menu');
      await page.getByRole('menuitem', { name: /^Go to a date/ }).click();
      await expect(alice.dialog.getByLabel('Day')).toBeFocused();
      await expectAccessible(alice, 'date dialog');
      await page.keyboard.press('Escape');
      await expect(alice.dialog).toHaveCount(0);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox', { name: 'Go to or do' })).toBeFocused();
      await expectAccessible(alice, 'palette');
      await page.keyboard.press('Escape');
      await expect(alice.dialog).toHaveCount(0);
      await alice.list.focus();
      await page.keyboard.press('?');
      await expect(alice.dialog).toBeVisible();
      await expectAccessible(alice, 'keys');
      await page.keyboard.press('Escape');
      await expect(alice.dialog).toHaveCount(0);
    });
