import type { BrowserContext, Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Guard } from './guard';

type RoomPlace = { slug: string };
type ThreadPlace = { shortId: string; room: RoomPlace };
export type Place = RoomPlace | ThreadPlace | 'inbox';

export const pathOf = (place: Place): string =>
  place === 'inbox'
    ? '/'
    : 'shortId' in place
      ? `/r/${place.room.slug}/t/${place.shortId}`
      : `/r/${place.slug}`;

/** Somebody at a browser, and what they can see and do there. */
export class Person {
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly guard: Guard,
  ) {}

  /** The same person in another tab. */
  async otherTab(): Promise<Person> {
    return new Person(this.context, await this.context.newPage(), this.guard);
  }

  /** Opens a place by its address and waits until it is live. */
  async open(place: Place, query = ''): Promise<void> {
    await this.page.goto(pathOf(place) + query);
    await this.isLive();
  }

  async isLive(): Promise<void> {
    await expect(this.connection).toHaveText('Connected');
  }

  get connection(): Locator {
    return this.page.getByTestId('connection');
  }
  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }
  get list(): Locator {
    return this.page.getByRole('feed');
  }
  get rows(): Locator {
    return this.list.getByRole('article');
  }
  get threadList(): Locator {
    return this.page.getByRole('list', { name: 'Threads' });
  }
  get rooms(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' });
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  row(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  threadLink(title: string): Locator {
    return this.threadList.getByRole('link').filter({ hasText: title });
  }

  /** Writes a message and sends it with Enter; it stands in the list when this returns. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
    await expect(this.row(text)).toHaveCount(1);
  }

  /** Says something and waits until the server has it, and knows who said it. */
  async sayForGood(text: string): Promise<void> {
    await this.say(text);
    await expect(this.row(text).getByLabel(/^(Sent|Delivered|Read)$/)).toBeVisible();
  }

  /** The name that the composer writes under. */
  async name(): Promise<string> {
    await expect(this.composer).toHaveAttribute('placeholder', /^Write as ./);
    return ((await this.composer.getAttribute('placeholder')) ?? '').replace('Write as ', '');
  }

  async rename(name: string): Promise<void> {
    await this.page.getByTitle('Change your name').click();
    await this.dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await this.dialog.getByRole('button', { name: 'Save' }).click();
    await expect(this.dialog).toBeHidden();
  }

  async startThread(title: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New thread' }).click();
    await this.dialog.getByRole('textbox', { name: 'Title' }).fill(title);
    await this.dialog.getByRole('button', { name: 'Start thread' }).click();
    await expect(this.page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  }

  /** Opens a message's menu and picks an entry. */
  async pick(text: string, entry: RegExp): Promise<void> {
    // Above the first message of a row stand the day and what is new.
    await this.row(text).getByText(text).hover();
    await this.row(text).getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Picks an entry of the menu of the room in view. */
  async pickInRoom(entry: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Room menu' }).click();
    await this.page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  /** Where a message stands and how it looks: its side of the list, and the colour behind its words. */
  async lookOf(text: string): Promise<{ side: 'left' | 'right'; colour: string }> {
    return this.row(text).evaluate((row, words) => {
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      let element: Element | null = null;
      while (!element && walker.nextNode())
        if (walker.currentNode.textContent?.includes(words)) element = walker.currentNode.parentElement;
      const background = (of: Element) => getComputedStyle(of).backgroundColor;
      while (element && element !== row && background(element) === 'rgba(0, 0, 0, 0)')
        element = element.parentElement;
      if (!element || element === row) throw new Error('The message has no bubble.');
      const [bubble, list] = [element.getBoundingClientRect(), row.getBoundingClientRect()];
      const side = bubble.left - list.left > list.right - bubble.right ? 'right' : 'left';
      return { side, colour: background(element) };
    }, text);
  }

  /** Waits until a message stands on this side: whose it is, a page learns a moment after it opens. */
  async seesOn(side: 'left' | 'right', text: string): Promise<void> {
    await expect.poll(async () => (await this.lookOf(text)).side).toBe(side);
  }

  /** The visitor's secret as this browser keeps it. */
  async secret(): Promise<string | null> {
    return this.page.evaluate(() => localStorage.getItem('foyer.visitor'));
  }
}
