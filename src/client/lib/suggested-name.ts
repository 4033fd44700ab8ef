const qualities = [
  'Quiet',
  'Gentle',
  'Bright',
  'Calm',
  'Curious',
  'Kind',
  'Merry',
  'Patient',
  'Swift',
  'Warm',
  'Brave',
  'Early',
  'Silver',
  'Amber',
  'Mellow',
  'Nimble',
];
const animals = [
  'Otter',
  'Heron',
  'Fox',
  'Badger',
  'Wren',
  'Hare',
  'Robin',
  'Lynx',
  'Finch',
  'Marten',
  'Swallow',
  'Beaver',
  'Owl',
  'Seal',
  'Dormouse',
  'Kestrel',
];

const pick = (list: string[]) => list[Math.floor(Math.random() * list.length)] ?? '';

/** A friendly name for a visitor who has not chosen one: "Quiet Otter". */
export const suggestedName = (): string => `${pick(qualities)} ${pick(animals)}`;
