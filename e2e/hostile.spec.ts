import { expect, test } from './fixtures';
import type { Person } from './person';

const hostile = [
  '<script>alert("script")</script><script src="https://evil.example/x.js"></script>',
  '<img src=x onerror=alert(1)><svg onload=alert(2)>',
  '<iframe src="https://evil.example/"></iframe><link rel=stylesheet href=//evil.example/a.css>',
  'javascript:alert(3) [click](javascript:alert(4)) <a href="javascript:alert(5)">here</a>',
  '{{constructor.constructor("alert(6)")()}} ${alert(7)} </textarea></title>&lt;b&gt;',
  'harmless \u202Egnp.exe\u202C and \u2066isolated\u2069 and unclosed \u202Etxt.exe',
  'Zalgo comes'.replace(/\w/g, '$&\u0350\u0335\u0321\u0489'),
  'W'.repeat(5_000),
  'مرحبا بكم في المقهى، كيف الحال اليوم؟ English in between שלום',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇨🇭 ﷽﷽﷽ 𒐫𒐫𒐫',
  Array.from({ length: 200 }, (_, i) => `Line of many ${i}`).join('\n'),
  'a\n'.repeat(200).trim(),
  'https://example.org/?q="><script>alert(8)</script> http://a.example/<b>',
];
const name = '<b onclick=alert(9)>"Bold" & \'co\'</b>';

/** Nothing sticks out of the page, nor any words out of the list. */
async function seesNothingWide({ page, list }: Person): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  const over = await list.evaluate((element) => {
    const { left, right } = element.getBoundingClientRect();
    return [...element.querySelectorAll('[data-seq] *')]
      .filter((part) => {
        // What a bubble cuts off is not seen, however far its own box goes.
        for (let at = part.parentElement; at && at !== element; at = at.parentElement)
          if (getComputedStyle(at).overflowX === 'clip') return false;
        const box = part.getBoundingClientRect();
        return box.width > 0 && (box.right > right + 1 || box.left < left - 1);
      })
      .map((part) => part.outerHTML.slice(0, 120));
  });
  expect(over).toEqual([]);
}

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
])
  test(`hostile text is shown as it was typed, ${viewport.width} px wide`, async ({ visit, room, guest }) => {
    const alice = await visit({ viewport });
    await guest.sayAll(room.mainThreadId, hostile);
    for (const [i, text] of hostile.entries()) {
      await alice.open(room, `?at=${i + 1}`);
      const row = alice.list.locator(`[data-seq="${i + 1}"]`);
      await expect(row).toBeInViewport();
      expect(await row.evaluate((element) => element.textContent)).toContain(text);
      await seesNothingWide(alice);
    }
    const made = 'script, iframe, img, link, [onerror], [onload], [onclick], [href^="javascript:" i]';
    await expect(alice.list.locator(made)).toHaveCount(0);
    for (const link of await alice.list.getByRole('link').all())
      expect(await link.getAttribute('href')).toMatch(/^https?:\/\//);
  });

const markdown = [
  '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(2)) [c](java&#115;cript:alert(3)) [d](<javascript:alert(4)>)',
  '[e](data:text/html,<script>alert(5)</script>) <javascript:alert(6)> [f](vbscript:alert(7)) [g](//evil.example)',
  '![x](https://evil.example/x.png) ![y][z] [z]: https://evil.example/z.png "title"',
  '[![x](https://evil.example/in.png)](https://evil.example/) [**[a](https://evil.example/1)**](https://evil.example/2)',
  '`<img src=x onerror=alert(8)>` ```<script>alert(9)</script>```',
  '```html"><script>alert(10)</script>\n<img src=x onerror=alert(11)>\n```',
  '```html\n<img src=x onerror=alert(12)><script src="https://evil.example/y.js"></script>\n```',
  '> <iframe src="https://evil.example/"></iframe>\n> - <svg onload=alert(13)>\n> > **<b onclick=alert(14)>**',
  '- <form action="https://evil.example/"><input name=cookie>\n1. <a id=location name=body>x</a>\n',
  '<@01890a5d-ac96-774b-bcce-b302099a8057> <@"><script>alert(15)</script>> https://bank.example@evil.example/',
  '[https://bank.example](https://evil.example/ "https://bank.example") https://\u0430pple.example/',
  '# head\n\n| a | b |\n|---|---|\n| <b> | 2 |\n\n***\n[^1] <!-- --> <![CDATA[ ]]> &#60;script&#62;',
];

test('hostile Markdown makes no element and no link that a message may not have', async ({
  alice,
  room,
  guest,
}) => {
  await guest.sayAll(room.mainThreadId, [...markdown, 'The end']);
  await alice.open(room);
  const allowed = 'strong, em, s, code, pre, a, bdi, blockquote, ul, ol, li, span, div';
  for (let seq = 1; seq <= markdown.length; seq++) {
    await alice.open(room, `?at=${seq}`);
    const row = alice.list.locator(`[data-seq="${seq}"]`);
    await expect(row).toBeInViewport();
    const bubble = row.locator('[data-words]');
    await expect(bubble.locator(`:not(${allowed})`)).toHaveCount(0);
    await expect(bubble.locator('[id], [name], [src], [style], a a')).toHaveCount(0);
    for (const link of await bubble.locator('a').all()) {
      expect(await link.getAttribute('href')).toMatch(/^(?:https?:\/\/(?!bank)|mailto:)/);
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
      expect(await link.getAttribute('target')).toBe('_blank');
    }
    await seesNothingWide(alice);
  }
  await alice.open(room, '?at=11');
  await expect(alice.row('xn--pple-43d.example')).toContainText('(evil.example)');
});

test('S67: marks piled on one letter do not leave their bubble', async ({ alice, room, guest }) => {
  await guest.say(room.mainThreadId, `Z${'\u0350\u0335\u0321'.repeat(40)}algo ${'\u0489'.repeat(60)}`);
  await guest.sayAll(room.mainThreadId, ['Below', 'And below that']);
  await alice.open(room);
  await expect(alice.row('And below that')).toBeInViewport();
  await seesNothingWide(alice);
});

test('S66: hostile names of people, rooms and threads are plain words everywhere', async ({
  alice,
  guest,
}) => {
  await guest.rename(name.slice(0, 40));
  const room = await guest.makeRoom({ name: `${name} ${crypto.randomUUID().slice(0, 8)}`, topic: name });
  const thread = await guest.startThread(room.id, `${name} ${'T'.repeat(180)}`);
  await guest.say(thread.id, 'Said by a strange name');
  await alice.open({ ...thread, room });
  await expect(alice.page.getByRole('heading', { level: 1 })).toContainText(name);
  await expect(alice.row('Said by a strange name')).toContainText(name.slice(0, 40));
  await expect(alice.rooms.getByRole('link', { name: room.name })).toBeVisible();
  await expect(alice.threadLink(name).first()).toBeVisible();
  await expect(alice.page).toHaveTitle(new RegExp('^<b onclick'));
  await expect(alice.page.locator('[onclick]')).toHaveCount(0);
  await seesNothingWide(alice);
});

test('hostile text goes through my own composer unharmed', async ({ alice, bob, room }) => {
  await Promise.all([alice.open(room), bob.open(room)]);
  for (const text of hostile.filter((each) => each.length < 1_000 && !each.includes('\n'))) {
    await alice.say(text);
    await expect(bob.row(text)).toHaveCount(1);
  }
  await seesNothingWide(alice);
  await seesNothingWide(bob);
});
