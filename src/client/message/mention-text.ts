import type { NameOf } from '@/shared/markdown-words';
import { mentionPattern } from '@/shared/mention';
import type { PersonView } from '@/shared/user';

/** The people that a text in the composer calls, by what stands behind the `@`: their name, mostly. */
export type Picks = ReadonlyMap<string, string>;
/** What stands in the composer, and whom it calls. */
export type Typed = { text: string; picks: Picks };

/** An `@` that begins a word, and what was typed behind it up to the caret. Names may have spaces. */
const opening = /(?:^|[\s([{"'*_~])@((?:[^\s@<>]+ ?){0,3})$/;
const queryMax = 40;

/** What is sent: people by their ids, so that a new name changes nothing. */
export function toWire(text: string, picks: Picks): string {
  if (picks.size === 0) return text;
  const labels = [...picks.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const named = new RegExp(`(?<![\\p{L}\\p{N}_])@(${labels.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
  return text.replace(named, (whole, label: string) => {
    const id = picks.get(label);
    return id ? `<@${id}>` : whole;
  });
}

/** A sent text as the composer shows it; somebody without a name stays an id. */
export function fromWire(text: string, nameOf: NameOf): { text: string; picks: Picks } {
  let picks: Picks = new Map();
  const shown = text.replace(mentionPattern, (whole, id: string) => {
    const name = nameOf(id);
    if (name === undefined) return whole;
    const picked = withPick(picks, { id, name });
    picks = picked.picks;
    return `@${picked.label}`;
  });
  return { text: shown, picks };
}

/** Two people of one name are told apart by the end of their ids. */
export function withPick(
  picks: Picks,
  { id, name }: Pick<PersonView, 'id' | 'name'>,
): { label: string; picks: Picks } {
  const other = picks.get(name);
  const label = other === undefined || other === id ? name : `${name}#${id.slice(-4)}`;
  return { label, picks: new Map(picks).set(label, id) };
}

/** Whom the person is about to call: where the `@` stands and what they typed of the name; null for nobody. A caret below 0 is nowhere. */
export function callAt(text: string, caret: number): { from: number; query: string } | null {
  if (caret < 0) return null;
  const near = text.slice(Math.max(0, caret - queryMax - 2), caret);
  const line = near.slice(near.lastIndexOf('\n') + 1);
  const query = opening.exec(line)?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, query };
}

/** Those whose name has a word that begins so; whose name itself does come first. */
export function matching(people: readonly PersonView[], query: string): PersonView[] {
  const asWords = (text: string) => ` ${text.toLowerCase().replace(/[_.-]/g, ' ')}`;
  const wanted = asWords(query);
  const placeIn = ({ name }: PersonView) => asWords(name).indexOf(wanted);
  return people
    .filter((person) => placeIn(person) >= 0)
    .toSorted((a, b) => Number(placeIn(a) > 0) - Number(placeIn(b) > 0));
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
