/** Words that most of the passwords guessed first are made of; digits and signs around them do not help. */
const words = new Set(
  `password passwort passw pass admin administrator welcome willkommen letmein login signin master hello
  monkey dragon sunshine princess shadow superman batman spiderman pokemon starwars football baseball
  basketball soccer hockey liverpool arsenal chelsea barcelona iloveyou loveyou lovely love angel babygirl
  baby flower michael jordan jessica jennifer ashley daniel charlie thomas robert andrew joshua matthew
  nicole amanda michelle hannah maggie samantha george harley mustang ferrari porsche corvette mercedes
  computer internet samsung google facebook youtube apple microsoft windows killer hunter ranger trustno
  freedom whatever secret secrets default changeme temp temporary test testing tester guest user root
  summer winter spring autumn january february december monday friday cookie cheese chocolate banana
  orange pepper ginger buster tigger purple yellow silver golden diamond orchid foyer asdf qwer zxcv`.split(
    /\s+/,
  ),
);
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
];
const leet: Record<string, string> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  $: 's',
  '@': 'a',
  '!': 'i',
};
const runMin = 4;
const halfMin = 3;
const unitMax = 6;
const digitsMin = 12;

/** Whether a password is among those that anybody would try first: by its pattern, not by a list of millions. */
export function isGuessable(password: string): boolean {
  const text = password.toLowerCase();
  if (new Set(text).size < runMin) return true;
  if (/^\d+$/.test(text) && text.length < digitsMin) return true;
  if (isRepeated(text) || isRun(text)) return true;
  return cores(text).some((core) => words.has(core) || isRun(core) || isRepeated(core));
}

/** What is left without digits and signs around it, read plainly and as people disguise it. */
function cores(text: string): string[] {
  const plain = text.replace(/^[^a-z]+|[^a-z]+$/g, '');
  const read = text.replace(/[013457$@!]/g, (sign) => leet[sign] ?? sign);
  const inside = text
    .replace(/^[\d\W_]+|[\d\W_]+$/g, '')
    .replace(/[013457$@!]/g, (sign) => leet[sign] ?? sign);
  return [plain, read, inside, read.replace(/[^a-z]+$/g, '')].filter((core) => core.length >= runMin);
}

/** Made of neighbours: a row of the keyboard or the alphabet, forwards or backwards. */
const isRun = (text: string) =>
  rows.some((row) => row.includes(text) || [...row].toReversed().join('').includes(text)) ||
  (text.length >= 2 * halfMin && isTwoRuns(text));

const isTwoRuns = (text: string) => {
  for (let cut = halfMin; cut <= text.length - halfMin; cut++)
    if ([text.slice(0, cut), text.slice(cut)].every((part) => rows.some((row) => row.includes(part))))
      return true;
  return false;
};

const isRepeated = (text: string) => {
  for (let size = 1; size <= Math.min(unitMax, text.length / 2); size++)
    if (text.length % size === 0 && text === text.slice(0, size).repeat(text.length / size)) return true;
  return false;
};
