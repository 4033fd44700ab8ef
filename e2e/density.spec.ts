import { expect, test } from './fixtures';
import { pathOf, type Person } from './person';

const boxOf = async (person: Person, text: string) => {
  const box = await person.row(text).getByText(text, { exact: true }).boundingBox();
  if (!box) throw new Error(`"${text}" is not in view.`);
  return box;
};
const leftOf = async (person: Person, text: string) => (await boxOf(person, text)).x;

test('messages can be compact rows, kept in this browser', async ({ alice, room, guest }) => {
  await guest.say(room.mainThreadId, 'Said by somebody else');
  await alice.open(room);
  await alice.rename('Alice');
  await alice.say('Said by me');
  await alice.seesOn('right', 'Said by me');
  const across = await leftOf(alice, 'Said by me');
  await alice.page.getByTitle('Change your name').click();
  await alice.dialog.getByRole('radio', { name: 'Compact rows' }).check();
  await alice.page.keyboard.press('Escape');
  const [own, other] = [await boxOf(alice, 'Said by me'), await boxOf(alice, 'Said by somebody else')];
  expect(own.x).toBe(other.x);
  const names = alice.row('Said by me').getByRole('button', { name: 'About Alice' });
  await expect(names.first()).toBeVisible();

  await alice.page.reload();
  await expect.poll(() => leftOf(alice, 'Said by me')).toBe(own.x);
  await alice.isLive();
  await alice.page.keyboard.press('Control+k');
  await alice.page.getByRole('combobox').fill('bubbles');
  await alice.page.keyboard.press('Enter');
  await expect.poll(() => leftOf(alice, 'Said by me')).toBe(across);
});

test('the server draws rows, and what is on its way stands where it lands', async ({
  alice,
  room,
  guest,
  baseURL,
}) => {
  await guest.say(room.mainThreadId, 'Said by somebody else');
  alice.guard.tolerate(/ERR_INTERNET_DISCONNECTED/);
  const drawnWith = async (classes: string) => {
    const html = await (await alice.context.request.get(pathOf(room))).text();
    expect(html).toContain('Said by somebody else');
    return html.includes(classes);
  };
  expect(await drawnWith('rounded-bubble px-3')).toBe(true);
  await alice.context.addCookies([{ name: 'foyer.density', value: 'rows', url: baseURL }]);
  expect(await drawnWith('rounded-bubble px-3')).toBe(false);
  await alice.open(room);
  await alice.context.setOffline(true);
  await alice.say('Not sent yet');
  const place = async () => {
    const [above, own] = [await boxOf(alice, 'Said by somebody else'), await boxOf(alice, 'Not sent yet')];
    return { left: own.x - above.x, below: own.y - above.y };
  };
  await expect(alice.row('Not sent yet').getByLabel('On its way')).toBeVisible();
  const waiting = await place();
  await alice.context.setOffline(false);
  await expect(alice.row('Not sent yet').getByLabel(/Sent|Delivered|Read/)).toBeVisible();
  expect(await place()).toEqual(waiting);
  expect(waiting.left).toBe(0);
});
