import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const fingerPx = 44;

async function fitsFinger(...targets: Locator[]): Promise<void> {
  for (const target of targets) {
    const box = await target.boundingBox();
    expect(box?.height, String(target)).toBeGreaterThanOrEqual(fingerPx);
    expect(box?.width, String(target)).toBeGreaterThanOrEqual(fingerPx);
    expect((box?.x ?? 0) + (box?.width ?? 0), String(target)).toBeLessThanOrEqual(phone.viewport.width);
  }
}

test('one pane at a time: from the inbox to a thread and back', async ({ visit, room, guest }) => {
  const title = `Pocket ${room.id.slice(-8)}`;
  const thread = await guest.startThread(room.id, title);
  await guest.sayAll(thread.id, ['Hello', 'from a small window']);
  const walker = await visit(phone);
  const { page } = walker;
  await page.goto('/');
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  await expect(walker.threadLink(title)).toBeVisible();
  await expect(walker.rooms).toBeHidden();
  const views = page.getByRole('navigation', { name: 'Views' });
  await fitsFinger(
    views.getByRole('link', { name: 'Inbox' }),
    views.getByRole('link', { name: 'Rooms' }),
    views.getByRole('button', { name: 'Me' }),
    walker.threadLink(title),
  );
  await views.getByRole('button', { name: 'Me' }).tap();
  await expect(walker.dialog.getByRole('textbox', { name: 'Name' })).toBeVisible();
  await walker.dialog.getByRole('button', { name: 'Close' }).tap();
  await expect(walker.dialog).toBeHidden();

  await walker.threadLink(title).tap();
  await expect(walker.row('from a small window')).toBeInViewport();
  await expect(walker.threadList).toBeHidden();
  await expect(walker.composer).toBeInViewport({ ratio: 1 });
  await fitsFinger(
    walker.composer,
    page.getByRole('button', { name: 'Send' }),
    link('Back to the inbox'),
    link('Threads of this room'),
    page.getByRole('button', { name: 'Go to the first message' }),
  );
  await walker.composer.fill('Sent by thumb');
  await page.getByRole('button', { name: 'Send' }).tap();
  await expect(walker.row('Sent by thumb')).toBeInViewport();

  await link('Threads of this room').tap();
  await expect(walker.threadLink(title)).toBeVisible();
  await expect(walker.composer).toBeHidden();
  await fitsFinger(page.getByRole('button', { name: 'New thread' }), link(`Back to ${room.name}`));
  await page.goBack();
  await expect(walker.composer).toBeVisible();
  await link('Back to the inbox').tap();
  await expect(walker.threadLink(title)).toBeVisible();
  await expect(walker.composer).toBeHidden();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(phone.viewport.width);
});

test('a room can be made on a phone', async ({ visit }) => {
  const walker = await visit(phone);
  const { page } = walker;
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Rooms' }).tap();
  await expect(walker.rooms).toBeVisible();
  await walker.isLive();
  await expect(page.getByRole('region', { name: 'Inbox' })).toBeHidden();
  const opener = page.getByRole('button', { name: 'New room' });
  await fitsFinger(opener, page.getByTitle('Change your name'));
  await opener.tap();
  const name = walker.dialog.getByRole('textbox', { name: 'Name' });
  const make = walker.dialog.getByRole('button', { name: 'Make room' });
  await expect(make).toBeInViewport({ ratio: 1 });
  await fitsFinger(name, make, walker.dialog.getByRole('button', { name: 'Close' }));
  const title = `Pocket room ${crypto.randomUUID().slice(0, 8)}`;
  await name.fill(title);
  await make.tap();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(walker.composer).toBeInViewport({ ratio: 1 });
  await walker.say('The first word here');
});

test('a long press opens what can be done with a message, and going back closes it first', async ({
  visit,
  room,
  guest,
}) => {
  await guest.say(room.mainThreadId, 'Press me');
  const walker = await visit(phone);
  const { page } = walker;
  await walker.open(room);
  const bubble = walker.row('Press me').getByText('Press me');
  const box = await bubble.boundingBox();
  if (!box) throw new Error('The message is not there.');
  const cdp = await walker.context.newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  const sheet = page.getByRole('dialog', { name: 'Message actions' });

  // A finger that moves on scrolls.
  await Promise.all([
    touch('touchStart', [at]),
    touch('touchMove', [{ x: at.x, y: at.y - 60 }]),
    touch('touchEnd', []),
  ]);
  await expect(sheet).toHaveCount(0);

  await touch('touchStart', [at]);
  await expect(sheet).toBeVisible();
  await touch('touchEnd', []);
  await fitsFinger(
    sheet.getByRole('button', { name: 'Reply' }),
    sheet.getByRole('button', { name: 'Copy link' }),
    sheet.getByRole('button', { name: /^React with/ }).first(),
  );
  const { href } = new URL(page.url());
  await page.goBack();
  await expect(sheet).toHaveCount(0);
  expect(page.url()).toBe(href);
  await expect(walker.row('Press me')).toBeVisible();

  await touch('touchStart', [at]);
  await expect(sheet).toBeVisible();
  await touch('touchEnd', []);
  await sheet.getByRole('button', { name: 'Reply' }).tap();
  await expect(sheet).toHaveCount(0);
  await walker.say('Pressed');
  await expect(walker.row('Pressed')).toContainText('Press me');
});
