import { describe, expect, it } from 'vitest';
import { callAt, fromWire, matching, toWire, withPick } from '@/client/message/mention-text';

const ids = {
  otter: '01890a5d-ac96-774b-bcce-b302099a8001',
  fox: '01890a5d-ac96-774b-bcce-b302099a8002',
  twin: '01890a5d-ac96-774b-bcce-b302099abeef',
};
const names: Record<string, string> = {
  [ids.otter]: 'Quiet Otter',
  [ids.fox]: 'Fox (new) $& [1]',
  [ids.twin]: 'Quiet Otter',
};

describe('a text with people in it', () => {
  it('comes back from the wire as it was typed, and goes there again the same', () => {
    const wire = `Hi <@${ids.otter}>, and **<@${ids.fox}>**: see <@${ids.twin}>.`;
    const { text, picks } = fromWire(wire, (id) => names[id]);
    expect(text).toBe('Hi @Quiet Otter, and **@Fox (new) $& [1]**: see @Quiet Otter#beef.');
    expect(toWire(text, picks)).toBe(wire);
  });

  it('calls nobody by a name that was not picked, or is a part of another word', () => {
    const { picks } = withPick(new Map(), { id: ids.otter, name: 'Ott' });
    expect(toWire('@Otto me@Ott @Fox @Ott!', picks)).toBe(`@Otto me@Ott @Fox <@${ids.otter}>!`);
  });

  it('keeps the id of somebody whose name is not known', () => {
    expect(fromWire(`<@${ids.otter}>`, () => undefined).text).toBe(`<@${ids.otter}>`);
  });
});

describe('whom one is about to call', () => {
  it.each([
    ['@', ''],
    ['hi @', ''],
    ['hi @qu', 'qu'],
    ['hi (@Quiet Ot', 'Quiet Ot'],
    ['one\n@two', 'two'],
    ['**@a', 'a'],
  ])('%j: %j', (text, query) => {
    expect(callAt(text, text.length)).toEqual({ from: text.lastIndexOf('@'), query });
  });

  it.each(['me@example', 'hi @ you', '@one two three four five', '@a\n', 'none', '<@'])(
    '%j: nobody',
    (text) => {
      expect(callAt(text, text.length)).toBeNull();
      expect(callAt(`${text} @a `, -1)).toBeNull();
    },
  );
});

it('finds people by the beginning of any word of their name', () => {
  const people = ['Blue Otter', 'Otto', 'Potter'].map((name, i) => ({
    id: String(i),
    name,
    kind: 'visitor' as const,
  }));
  expect(matching(people, 'ot').map(({ name }) => name)).toEqual(['Otto', 'Blue Otter']);
  expect(matching(people, '')).toHaveLength(3);
  expect(matching(people, 'blue ')).toHaveLength(1);
  // A name that stands there as a whole is done.
  expect(matching(people, 'Blue Otter ')).toEqual([]);
});
