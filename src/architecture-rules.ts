/** The house rules on the import graph, as functions over file texts. Used by `architecture.test.ts` only. */
import path from 'node:path';

/** Path below `src` -> text. */
export type Sources = ReadonlyMap<string, string>;
export type Import = {
  from: string;
  to: string;
  specifier: string;
  names: string;
  isType: boolean;
  isDynamic: boolean;
};

type Floor = { name: string; files: RegExp; holds: string; uses: readonly string[]; packages?: RegExp };

/** The one table of floors: the first row that a file fits is its floor; `uses` names floors it may import. */
const server = ['shared', 'base', 'realtime', 'domain', 'auth', 'api', 'edge', 'cli', 'main'] as const;
const below = (name: (typeof server)[number]) => server.slice(0, server.indexOf(name) + 1);
const client = ['shared', 'client ui', 'client base', 'client noun'] as const;

export const floors: readonly Floor[] = [
  { name: 'generated', files: /^generated\//, holds: 'what Prisma generates', uses: [] },
  { name: 'house', files: /^architecture/, holds: 'the house rules', uses: ['house'] },
  {
    name: 'shared',
    files: /^shared\//,
    holds: 'pure TypeScript, zod and a parser, which run anywhere: no I/O, no React, no Node',
    uses: ['shared'],
    packages: /^(zod|mdast|(mdast-util|micromark)-[a-z-]+)$/,
  },
  { name: 'base', files: /^server\/base\//, holds: 'tools that know no noun', uses: below('base') },
  {
    name: 'realtime',
    files: /^server\/realtime\//,
    holds: 'what is live, without SQL',
    uses: below('realtime'),
  },
  {
    name: 'domain',
    files: /^server\/domain\//,
    holds: 'what the product means, and its SQL',
    uses: below('domain'),
  },
  { name: 'auth', files: /^server\/auth\//, holds: 'who is calling', uses: below('auth') },
  {
    name: 'api',
    files: /^server\/api\//,
    holds: 'procedures: a schema and one call each',
    uses: below('api'),
  },
  { name: 'edge', files: /^server\/(http\/|ws|jobs)/, holds: 'what main.ts mounts', uses: below('edge') },
  { name: 'cli', files: /^server\/cli\//, holds: 'programs for a terminal', uses: [...below('api'), 'cli'] },
  {
    name: 'main',
    files: /^server\/(main|listen|serve)\.ts$/,
    holds: 'what listens, and puts all together',
    uses: [...below('edge'), 'main'],
  },
  { name: 'testing', files: /^server\/testing\//, holds: 'what tests need', uses: [...server, 'testing'] },
  {
    name: 'client ui',
    files: /^client\/(ui|lib)\//,
    holds: 'components and hooks that know no noun',
    uses: ['shared', 'client ui'],
  },
  {
    name: 'client base',
    files: /^client\/[^/]+$/,
    holds: 'what all nouns share: trpc, identity, config, paths',
    uses: ['shared', 'client ui', 'client base'],
  },
  { name: 'client noun', files: /^client\/[^/]+\//, holds: 'components and hooks of one noun', uses: client },
  {
    name: 'app',
    files: /^(app\/|proxy\.ts|instrumentation)/,
    holds: 'routes only: fetch, compose, metadata',
    uses: [...client, 'auth', 'app'],
  },
];

/** Single doors between floors that otherwise do not meet. */
const doors: readonly { from: string; to: RegExp; isAllowed: (use: Import) => boolean; instead: string }[] = [
  {
    from: 'app',
    to: /^server\/(api\/caller|http\/.+)$/,
    isAllowed: () => true,
    instead: '',
  },
  {
    from: 'client',
    to: /^server\/api\/root$/,
    isAllowed: (use) => use.isType && /^\{\s*AppRouter\s*\}$/.test(use.names),
    instead:
      'the browser takes only `import type { AppRouter }` from the server; a wire type belongs in shared',
  },
];

/** Each imports only nouns to its left; a verb over two nouns lives in the right-hand one. */
const nouns = {
  'server/domain': ['user', 'room', 'thread', 'attachment', 'push', 'message', 'reaction', 'inbox'],
  client: ['user', 'attachment', 'reaction', 'message', 'thread', 'room', 'inbox'],
};
const maxLines = 300;
const vagueNames = /^(index|utils?|helpers?|types|misc|common)\.tsx?$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.db)?(\.test)?\.(tsx?|css|json|svg|ico|woff2)$/;
const mayReadEnvironment = /^(server\/(base\/env\.ts$|cli\/|testing\/)|architecture)/;

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const isOurs = (file: string) => !file.startsWith('generated/');
const isCode = (file: string) => /\.tsx?$/.test(file) && isOurs(file);
const floorOf = (file: string) => floors.find((floor) => floor.files.test(file));

/** The imports and re-exports of each file; `to` is a path below `src` (with its ending when the file is known) or a package. */
export function importsOf(sources: Sources): Import[] {
  const found: Import[] = [];
  const fixed = /^(?:import|export)\s+(type\s)?\s*([\w$\s{},*]*?)\s*(?:from\s*)?['"]([^'"\n]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  for (const [from, text] of sources) {
    if (!isCode(from)) continue;
    const add = (specifier: string, rest: Pick<Import, 'names' | 'isType' | 'isDynamic'>) =>
      found.push({ from, to: targetOf(specifier, from, sources), specifier, ...rest });
    for (const [, type, names = '', specifier = ''] of text.matchAll(fixed))
      add(specifier, { names, isType: type !== undefined, isDynamic: false });
    for (const [, specifier = ''] of text.matchAll(dynamic))
      add(specifier, { names: '', isType: false, isDynamic: true });
  }
  return found;
}

function targetOf(specifier: string, from: string, sources: Sources): string {
  const isInside = specifier.startsWith('@/') || specifier.startsWith('.');
  if (!isInside) return `package:${specifier}`;
  const plain = specifier.startsWith('@/')
    ? specifier.slice(2)
    : path.posix.join(path.posix.dirname(from), specifier);
  return [plain, `${plain}.ts`, `${plain}.tsx`].find((candidate) => sources.has(candidate)) ?? plain;
}

/** Imports go downwards only. Tests stand outside: they may use the whole house. */
export function floorProblems(sources: Sources): string[] {
  const problems = [...sources.keys()]
    .filter((file) => isOurs(file) && !floorOf(file) && !isTest(file))
    .map(
      (file) => `${file} is on no floor: put it into a folder of the grid, or add the folder to \`floors\`.`,
    );
  for (const use of importsOf(sources)) {
    const from = floorOf(use.from);
    if (!from || isTest(use.from)) continue;
    const packageName = use.to.match(/^package:(.*)/)?.[1];
    if (packageName !== undefined) {
      if (from.packages && !from.packages.test(packageName))
        problems.push(
          `${use.from} imports ${packageName}: ${from.name} holds ${from.holds}. Move the code up.`,
        );
      continue;
    }
    const to = floorOf(use.to.includes('.') ? use.to : `${use.to}.ts`);
    if (!to || from.uses.includes(to.name)) continue;
    if (to.name === 'generated') {
      if (!use.from.startsWith('server/base/db'))
        problems.push(
          `${use.from} imports ${use.to}: only server/base/db does; queries belong in server/domain.`,
        );
      continue;
    }
    const side = from.name.startsWith('client') ? 'client' : from.name;
    const door = doors.find((one) => one.from === side && one.to.test(use.to.replace(/\.tsx?$/, '')));
    if (door?.isAllowed(use)) continue;
    const advice =
      door?.instead ??
      `${from.name} holds ${from.holds}, ${to.name} holds ${to.holds}. Move the code up, or hand the value in as an argument`;
    problems.push(`${use.from} imports ${use.to}: ${advice}.`);
  }
  return problems;
}

/** Nouns import nouns to their left only. */
export function nounProblems(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [root, order] of Object.entries(nouns)) {
    const nounOf = (file: string) => file.match(new RegExp(`^${root}/([^/]+)/`))?.[1];
    const known = [...order, ...(root === 'client' ? ['ui', 'lib'] : [])];
    for (const file of sources.keys()) {
      const noun = nounOf(file);
      if (noun && !known.includes(noun))
        problems.push(`${file}: "${noun}" is no noun of ${root}; they are ${order.join(', ')}.`);
    }
    for (const use of importsOf(sources)) {
      const [from, to] = [nounOf(use.from), nounOf(use.to)];
      if (!from || !to || isTest(use.from) || order.indexOf(to) <= order.indexOf(from)) continue;
      if (order.includes(from))
        problems.push(
          `${use.from} imports ${use.to}: ${from} comes before ${to}, so the code belongs in ${root}/${to}.`,
        );
    }
  }
  return problems;
}

/** Files that import each other in a circle; each circle is told once. */
export function cycleProblems(sources: Sources): string[] {
  const next = new Map<string, string[]>();
  for (const use of importsOf(sources))
    if (!use.isDynamic && sources.has(use.to)) next.set(use.from, [...(next.get(use.from) ?? []), use.to]);
  const problems: string[] = [];
  const isDone = new Set<string>();
  const visit = (file: string, trail: string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const circle = [...trail.slice(start), file].join(' -> ');
      problems.push(`${circle}: a circle. Move what both need into a file of its own below them.`);
      return;
    }
    if (isDone.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
    isDone.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return problems;
}

/** Names, sizes and paths. */
export function fileProblems(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [file, text] of sources) {
    if (!isOurs(file)) continue;
    const name = path.posix.basename(file);
    const folders = path.posix
      .dirname(file)
      .split('/')
      .filter((part) => part !== '.');
    if (vagueNames.test(name)) problems.push(`${file}: name it after what it holds.`);
    if (!kebab.test(name)) problems.push(`${file}: file names are kebab-case.`);
    const inApp = file.startsWith('app/');
    for (const folder of folders)
      if (
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(inApp ? folder.replaceAll(/[[\](){}@_.]|%5F/g, '') || 'x' : folder)
      )
        problems.push(`${file}: the folder ${folder} is not kebab-case.`);
    const lines = text.split('\n').length - 1;
    if (isCode(file) && !isTest(file) && lines > maxLines)
      problems.push(`${file} has ${lines} lines, more than ${maxLines}: split it by verb.`);
    if (isCode(file) && !isTest(file) && /\bprocess\.env\b/.test(text) && !mayReadEnvironment.test(file))
      problems.push(`${file} reads process.env: settings are read and checked in server/base/env.ts.`);
  }
  for (const use of importsOf(sources)) {
    if (!use.specifier.startsWith('../') && !use.specifier.includes('/../')) continue;
    const isOutside = use.to.startsWith('..');
    if (!isOutside)
      problems.push(`${use.from} imports ${use.specifier}: write @/${use.to.replace(/\.tsx?$/, '')}.`);
    else if (!isTest(use.from) && !use.from.startsWith('server/testing/'))
      problems.push(`${use.from} imports ${use.specifier}, which is not part of the sources.`);
  }
  return problems;
}

/** zod is 90 KB in the browser: what the browser runs must not reach it. */
export function browserProblems(sources: Sources): string[] {
  const uses = importsOf(sources).filter((use) => !use.isType);
  const heavy = new Set(uses.filter((use) => /^package:zod\b/.test(use.to)).map((use) => use.from));
  for (let size = -1; size !== heavy.size;) {
    size = heavy.size;
    for (const use of uses) if (use.from.startsWith('shared/') && heavy.has(use.to)) heavy.add(use.from);
  }
  return uses
    .filter((use) => use.from.startsWith('client/') && !isTest(use.from))
    .filter((use) => /^package:zod\b/.test(use.to) || (use.to.startsWith('shared/') && heavy.has(use.to)))
    .map(
      (use) =>
        `${use.from} imports ${use.to}, which brings zod to the browser: use \`import type\`, or put the value into a shared file without schemas.`,
    );
}

/** Every rule at once. */
export const problemsOf = (sources: Sources): string[] =>
  [floorProblems, nounProblems, cycleProblems, fileProblems, browserProblems].flatMap((rule) =>
    rule(sources),
  );
