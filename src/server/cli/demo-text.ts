/** The demo's people and what they say: sentences with blanks, filled by a seeded generator. */

export type Random = () => number;
export type Topic = 'garden' | 'release' | 'climbing' | 'books';

/** Numbers from 0 to 1 (mulberry32); the same seed always gives the same ones. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Mixes numbers into one seed. */
export const mixed = (...parts: number[]): number =>
  parts.reduce(
    (hash, part) => Math.imul(hash ^ part ^ (part >>> 16), 0x9e3779b1) ^ (hash >>> 13),
    0x2545f491,
  ) >>> 0;

export const pick = <T>(from: readonly [T, ...T[]] | readonly T[], random: Random): T => {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('There is nothing to pick from.');
  return chosen;
};

const rows = (text: string): string[] =>
  text
    .split('\n')
    .map((row) => row.trim())
    .filter(Boolean);
const words = (text: string): string[] => text.split(',').map((word) => word.trim());

export const people =
  words(`Amara Obi, Bjarne Holm, Chidi, Dalia Haddad, Emre, Freya Lind, Giulia, Hana Sato, Ines Moreau,
  Jonas K., Kofi, Leila, Mateusz, Noor, Oskar, Priya Nair, Rosa, Sam W., Tomasz, Yael`);

const subjects: Record<Topic, string[]> = {
  garden:
    words(`tomato seedlings, compost heap, rain barrel, herb spiral, greenhouse door, tool shed key, bean poles, bee hotel,
    raised beds, seed swap, water rota, strawberry patch, plum tree, slug fences, wheelbarrow tyre, open day poster`),
  release:
    words(`release notes, importer, keyboard shortcuts, dark theme, flaky sync test, arm64 build, migration guide, settings page,
    translation files, changelog, offline cache, crash on resume, search index, onboarding screen, licence headers, nightly build`),
  climbing:
    words(`Saturday trip, new blue route, belay refresher, hut booking, car share, chalk order, beginners' evening, loan shoes,
    guidebook, weather window, sling inspection, autumn meet, bouldering wall, slab project, first aid course, rope bags`),
  books:
    words(`reading group, window display, second-hand shelf, poetry evening, delivery from the printer, children's corner, till roll,
    author visit, summer list, signed copies, stock count, gift wrap, zine table, lost umbrella, card reader, translation prize`),
};

const places: Record<Topic, string[]> = {
  garden: words('the lower gate, the south bed, the shed, the greenhouse, the bench by the pond'),
  release: words('the main branch, staging, the tracker, the second milestone, the draft'),
  climbing: words('the quarry, the gym, the car park, the left sector, the hut'),
  books: words('the back room, the counter, the front table, the cellar, the reading chair'),
};

const openers = rows(`
  Has anyone looked at the {s} today?
  Who is taking care of the {s} this week?
  Quick question about the {s}: is it still planned for {d}?
  Does anybody remember what we decided about the {s}?
  I was at {p} just now and noticed the {s}. Could somebody have a second look?
  Heads-up: I will be working on the {s} on {d}, from about {t}.
  Could we talk about the {s} before {d}? There are {n} open points left.
  Hello all. Is there any news on the {s}?
  What would you do about the {s}, start over or repair what is there?
  I have {n} spare hours on {d}. Is the {s} the most useful thing to help with?
  Small update on the {s}: about half of it is done, the rest follows on {d}.
  Sorry to ask again, but where did the notes on the {s} go?`);
const answers = rows(`
  I can do that on {d}, if {t} is early enough.
  Yes, I left a note about it at {p}.
  Not yet. I wanted to wait for {a} first.
  As far as I know {a} has the list.
  Let me check and come back to you tonight.
  We had the same thing last year. Waiting {n} days helped more than anything else we tried.
  The {s} can wait until {d}, the rest cannot.
  I would keep it simple: one person, one afternoon, and we look at the result together.
  Agreed, and {a} said the same on {d}.
  It works for me, but I only tried it once.
  If nobody minds, I will take the {s} off the list for now.
  No objection from me. {n} of us are enough for that.
  I am not sure. Is there a photo of it somewhere?
  Could you write down the steps? I always forget the second one.
  There is a spare one at {p}, on the left.
  I can bring {n} more on {d}.
  Honestly, I liked the old way better, but I see the point.
  We should ask at the meeting. I will put it on the agenda.
  I tried that at {t} yesterday and it took {n} minutes, so it is less work than it looks.
  {a} knows more about this than I do.
  That explains why the {s} looked different on {d}.
  Please do, and tell us how it went.
  The first half sounds right to me, the second I would leave to {a}.
  I asked {a}, who asked me. So neither of us knows.
  Funny, I dreamt about the {s} last night.
  That would be the {n}th time this year.
  Somebody has to be at {p} anyway, so why not combine the two?
  From my side it is fine. I only cannot make {d}.
  How about {t} on {d}? Later is fine too.
  I think we are mixing up two things here: the {s}, and who pays for it.
  My vote goes to doing less, but properly.
  Only if {a} is there, otherwise we stand in front of a closed door again.
  Good to know. Then I will start without waiting.
  Wait, was that not {d}?
  I have read the whole thread twice and I still think {a} is right.
  It was fine when I left at {t}.
  We could ask the group that had the {s} last year.
  Count me in.
  I will be a bit late, please begin without me.
  The short answer is no. The long answer is: not before {d}.
  Has been on my list for {n} weeks, so thank you for bringing it up.
  Let us try it for {n} weeks and decide then.
  Sounds like more work than it is.
  I would rather not, but I will not stand in the way.
  What does it cost? Roughly, I mean.
  Fine with me, as long as somebody tells the people who come on {d}.`);
const details = rows(`
  Last time we split it in two and that went well: {a} took the first half and I took the rest.
  The budget has room for it, about {n}0 are left for this season.
  I wrote to them on {d} and they usually answer within {n} days.
  If it rains we move everything to {p} and start at {t} instead.
  It is not urgent, but it would be nice to have it out of the way before the holidays.
  My only worry is that we have {n} people for it and only one set of keys.
  Whoever comes first switches on the lights; whoever leaves last checks {p}.
  For the newcomers: the {s} is something we do together, nobody has to know how it works beforehand.
  I also found the old list from two years ago, and most of it is still true.
  The neighbours were kind about it and asked whether they could join.
  I will keep notes this time so that the next person does not have to guess.
  Two things I learned: measure first, and never start at {t} on a {d}.
  Half of the parts are still at {p}, in the box with the blue lid.
  There were {n} of us on {d} and it took barely an hour, tea included.
  If we get it done by {d}, the weekend is free for everybody.
  The instructions say {n}, but {n} is plenty in my experience.
  I can lend a hand with the heavy parts, less so with the paperwork.
  Nobody is to blame, it simply fell between two chairs.`);
const closers = rows(`
  Thanks, that helps.
  Done. The {s} is as good as new.
  Perfect, see you on {d} at {t}.
  Then it is settled: {d}, {t}, meeting at {p}.
  Great, I have crossed it off.
  Thank you {a}, I owe you a coffee.
  I have put the result at {p} for everyone.`);
const short = words(
  'yes, ok, done, +1, same here, thanks, of course, hm, good idea, on my way, me too, not yet, maybe, agreed, no rush, sure, nice, seen, why not, next week',
);
const emoji = words('👍, 🌱, 😄, 🙏, 🎉, ☕, 👀, ❤️, 🧗‍♀️, 📚, 🌧️, 👍🏽, 🇳🇴, ✅');
const otherScripts = rows(`
  صباح الخير، هل هناك موعد جديد لهذا الأسبوع؟
  أنا موافقة، نلتقي عند الباب في الساعة {t}
  תודה רבה, אגיע ביום שישי בבוקר
  מישהו יכול להביא מפתח? (key no. {n})
  明日の朝、手伝いに行けます。
  了解です。{n}人で足りますか?
  我周末有空,可以一起来。
  谢谢大家,已经弄好了 ✅
  내일 {t}에 갈게요.
  Дякую, буду о {t}.
  Ευχαριστώ, τα λέμε την Παρασκευή.
  ขอบคุณมากค่ะ เจอกันพรุ่งนี้`);
const links = rows(`
  Here is the page I meant: https://example.org/{k}/{n}
  The form is at https://example.org/{k}/sign-up and closes on {d}.
  There is a good write-up of this: [notes from last year](https://example.org/{k}/notes)
  Photos are here: https://example.org/{k}/album?page={n}#latest`);
const code = rows(`
  \`npm run build\` now takes {n} seconds less here.|I get this on {d}:|\`\`\`|error: timed out after {n}000 ms|  at sync (queue.ts:{n}4)|\`\`\`
  Try it with|\`\`\`sh|export RETRIES={n}|./run --only sync|\`\`\`
  The rule I use is \`max({n}, days / 2)\`, nothing cleverer.`);
const listHeads = rows(`
  What is left to do for the {s}:
  Please bring, if you have it:
  My notes from {d}:
  The plan for {d}, as far as I know:`);
const listItems: Record<Topic, string[]> = {
  garden: words(
    'gloves, two buckets, string, the long hose, labels, a sieve, old newspapers, seed trays, a thermos',
  ),
  release: words(
    'tag the release, update the screenshots, ask the translators, close stale issues, test the upgrade, sign the builds',
  ),
  climbing: words(
    'helmet, lunch, a warm layer, quickdraws, the hut key, tape, a head torch, cash for the car park',
  ),
  books: words(
    'count the shelf, price stickers, ring the printer, fresh flowers, move the chairs, posters, float for the till',
  ),
};
const days = words('Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday');

/** One message of a conversation: who is meant to write it is up to the caller. */
export type Prompt = {
  topic: Topic;
  /** Picks what this stretch of the conversation is about. */
  episode: number;
  /** Where in it the message stands, 0 to 1: it begins with a question and ends with thanks. */
  progress: number;
  /** First names of the others who take part. */
  others: string[];
};

/** Writes the text of one message: from a single word to a few paragraphs. */
export function demoText(prompt: Prompt, random: Random): string {
  const subject = pick(subjects[prompt.topic], seededRandom(prompt.episode));
  const fill = (template: string) =>
    template.replace(/\{([sdtpnak])\}/g, (_, blank: string) =>
      blankOf(blank, { ...prompt, subject }, random),
    );
  const say = (from: string[]) => fill(pick(from, random));
  if (prompt.progress === 0) return say(openers) + (random() < 0.3 ? ` ${say(details)}` : '');
  const dice = random();
  if (prompt.progress === 1 && dice < 0.6) return say(closers);
  if (dice < 0.13) return pick(short, random);
  if (dice < 0.16) return pick(emoji, random);
  if (dice < 0.18) return say(otherScripts);
  if (dice < 0.21) return say(links);
  if (dice < 0.235) return listOf(say(listHeads), prompt.topic, random);
  if (dice < 0.25) return prompt.topic === 'release' ? say(code).replaceAll('|', '\n') : say(openers);
  if (dice < 0.27)
    return Array.from({ length: 2 + Math.floor(random() * 3) }, () => paragraph(say, random)).join('\n\n');
  if (dice < 0.4) return paragraph(say, random);
  if (dice < 0.5) return say(openers);
  return say(answers) + (random() < 0.15 ? ` ${pick(emoji, random)}` : '');
}

function paragraph(say: (from: string[]) => string, random: Random): string {
  const half = Math.floor(details.length / 2);
  const sentences = [say(answers), say(details.slice(0, half)), say(details.slice(half))];
  return sentences.slice(0, random() < 0.5 ? 2 : 3).join(' ');
}

function listOf(head: string, topic: Topic, random: Random): string {
  const items = listItems[topic].filter(() => random() < 0.5);
  return [head, ...(items.length ? items : listItems[topic]).map((item) => `- ${item}`)].join('\n');
}

function blankOf(blank: string, about: Prompt & { subject: string }, random: Random): string {
  switch (blank) {
    case 's':
      return about.subject;
    case 'd':
      return pick(days, random);
    case 't':
      return `${8 + Math.floor(random() * 12)}:${pick(['00', '15', '30', '45'], random)}`;
    case 'p':
      return pick(places[about.topic], random);
    case 'a':
      return about.others.length > 0 ? pick(about.others, random) : 'the committee';
    case 'k':
      return about.topic;
    default:
      return String(2 + Math.floor(random() * 8));
  }
}
