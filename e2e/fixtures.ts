import { expect, test as base, type BrowserContextOptions } from '@playwright/test';
import { Guest } from './api';
import { Guard } from './guard';
import { Person } from './person';
import type { CreateRoomInput, RoomView } from '@/shared/room';

type Fixtures = {
  /** Somebody new walks in, with a browser of their own. */
  visit(options?: BrowserContextOptions): Promise<Person>;
  /** Two people who do not know each other. */
  alice: Person;
  bob: Person;
  /** Somebody without a browser, who owns `room`. */
  guest: Guest;
  /** A fresh room, open to visitors. */
  room: RoomView;
  /** Makes a room that Alice owns and has open, at her own browser; `owner` is she without it. */
  hers(over?: Partial<CreateRoomInput>): Promise<{ room: RoomView; owner: Guest }>;
};

/** Each journey with people and a room of its own; it fails on anything that a `Guard` has to say. */
export const test = base.extend<Fixtures & { baseURL: string }>({
  visit: async ({ browser, baseURL }, use) => {
    const people: Person[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      const guard = new Guard(context, baseURL);
      const person = new Person(context, await context.newPage(), guard);
      people.push(person);
      return person;
    });
    await Promise.all(people.map((person) => person.context.close()));
    expect(people.flatMap((person) => person.guard.problems())).toEqual([]);
  },
  alice: ({ visit }, use) => visit().then(use),
  bob: ({ visit }, use) => visit().then(use),
  guest: ({ baseURL }, use) => use(new Guest(baseURL)),
  room: async ({ guest }, use) => {
    await guest.rename(guest.name);
    await use(await guest.makeRoom());
  },
  hers: ({ alice, baseURL }, use) =>
    use(async (over) => {
      await alice.open('inbox');
      const owner = new Guest(baseURL, 'Alice', (await alice.secret()) ?? undefined);
      await owner.rename('Alice');
      const room = await owner.makeRoom(over);
      await alice.open(room);
      return { room, owner };
    }),
});
export { expect };
