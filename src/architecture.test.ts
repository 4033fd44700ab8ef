import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  browserProblems,
  cycleProblems,
  fileProblems,
  floorProblems,
  nounProblems,
  problemsOf,
  type Sources,
} from './architecture-rules';

const root = path.join(import.meta.dirname, '..');

function readSources(): Sources {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/generated/'));
  const name = (file: string) => path.relative(path.join(root, 'src'), file).split(path.sep).join('/');
  return new Map(files.map((file) => [name(file), readFileSync(file, 'utf8')]));
}

/** A small house: file -> its imports. */
const house = (files: Record<string, string | string[]>): Sources =>
  new Map(
    Object.entries(files).map(([file, text]) => [
      file,
      typeof text === 'string' ? text : text.map((to) => `import { a } from '${to}';\n`).join(''),
    ]),
  );

describe('the sources', () => {
  const sources = readSources();

  it.each([
    ['import downwards only', floorProblems],
    ['keep the order of nouns', nounProblems],
    ['have no import circles', cycleProblems],
    ['keep names, sizes and paths', fileProblems],
    ['keep zod out of the browser', browserProblems],
  ])('%s', (_, rule) => {
    expect(rule(sources)).toEqual([]);
  });

  it('have every setting explained in .env.example, with its default', () => {
    const example = readFileSync(path.join(root, '.env.example'), 'utf8');
    const schema = readFileSync(path.join(root, 'src/server/base/env.ts'), 'utf8');
    const names = [...schema.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
    const missing = names.filter((name) => name !== 'NODE_ENV' && !example.includes(`\n#${name}=`));
    expect(names.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});

describe('the floors', () => {
  it('let imports go down, and tests go anywhere', () => {
    const sources = house({
      'server/domain/room/write.ts': ['@/server/base/db', '@/shared/room', './access', 'pg'],
      'server/domain/room/access.ts': [],
      'server/base/db.ts': ['@/generated/prisma/client'],
      'server/main.ts': ['@/server/ws', '@/server/http/health'],
      'server/base/db.test.ts': ['@/server/main', '@/server/testing/factories'],
      'client/room/room-list.tsx': ['@/client/ui/button', '@/client/trpc', '@/shared/limits', 'react'],
      'client/trpc.ts': `import type { AppRouter } from '@/server/api/root';\n`,
      'app/page.tsx': [
        '@/client/room/room-list',
        '@/server/api/caller',
        '@/server/auth/session',
        '@/server/http/nonce',
      ],
    });
    expect(problemsOf(sources)).toEqual([]);
  });

  it.each([
    ['server/base/db.ts', '@/server/domain/room/read'],
    ['server/realtime/bus.ts', '@/server/domain/room/read'],
    ['server/domain/room/read.ts', '@/server/api/trpc'],
    ['server/domain/room/read.ts', '@/server/auth/session'],
    ['server/api/root.ts', '@/server/ws'],
    ['server/ws.ts', '@/server/main'],
    ['server/http/health.ts', '@/server/cli/seed'],
    ['server/api/root.ts', '@/server/testing/factories'],
    ['shared/room.ts', '@/server/base/env'],
    ['server/api/root.ts', '@/client/paths'],
    ['client/ui/button.tsx', '@/client/trpc'],
    ['client/lib/use-size.ts', '@/client/room/room-list'],
    ['client/trpc.ts', '@/client/room/room-list'],
    ['client/room/room-list.tsx', '@/server/domain/room/view'],
    ['client/room/room-list.tsx', '@/app/page'],
    ['app/page.tsx', '@/server/domain/room/read'],
    ['app/page.tsx', '@/server/base/db'],
    ['app/page.tsx', '@/server/api/root'],
    ['server/domain/room/read.ts', '@/generated/prisma/client'],
  ])('refuse that %s imports %s', (from, to) => {
    const problems = floorProblems(house({ [from]: [to] }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${from} imports ${to.slice(2)}: `);
  });

  it('say where the code belongs', () => {
    expect(floorProblems(house({ 'app/page.tsx': ['@/server/domain/room/read'] }))[0]).toContain(
      'app holds routes only: fetch, compose, metadata, domain holds what the product means, and its SQL. Move the code up',
    );
  });

  it('let the browser have the router as a type only', () => {
    const value = house({ 'client/trpc.ts': `import { AppRouter } from '@/server/api/root';\n` });
    const more = house({
      'client/trpc.ts': `import type { AppRouter, Context } from '@/server/api/root';\n`,
    });
    expect(floorProblems(value)[0]).toContain('only `import type { AppRouter }`');
    expect(floorProblems(more)[0]).toContain('only `import type { AppRouter }`');
  });

  it.each(['react', 'pg', 'node:fs'])('keep %s out of shared', (name) => {
    expect(floorProblems(house({ 'shared/room.ts': [name] }))[0]).toContain(`shared/room.ts imports ${name}`);
  });

  it('see dynamic imports, re-exports and imports over several lines', () => {
    const from = 'server/base/db.ts';
    const dynamic = house({ [from]: `const later = await import('@/server/main');\n` });
    const again = house({ [from]: `export { main } from '@/server/main';\n` });
    const long = house({ [from]: `import {\n  a,\n  b,\n} from '@/server/main';\n` });
    const effect = house({ [from]: `import '@/server/main';\n` });
    for (const sources of [dynamic, again, long, effect]) expect(floorProblems(sources)).toHaveLength(1);
  });

  it('refuse a file outside of the grid', () => {
    expect(floorProblems(house({ 'services/room.ts': [] }))[0]).toContain('is on no floor');
  });
});

describe('the nouns', () => {
  it.each([
    ['server/domain/room/read.ts', '@/server/domain/message/read'],
    ['server/domain/user/read.ts', '@/server/domain/room/read'],
    ['client/message/message-row.tsx', '@/client/thread/thread-list'],
    ['client/room/room-list.tsx', '@/client/inbox/inbox-list'],
  ])('refuse that %s imports %s', (from, to) => {
    const [floor, noun] = to.match(/^@\/(.+)\/(.+)\//)?.slice(1) ?? [];
    expect(nounProblems(house({ [from]: [to] }))[0]).toContain(`the code belongs in ${floor}/${noun}`);
    expect(nounProblems(house({ [`${to.slice(2)}.ts`]: [`@/${from.replace(/\.tsx?$/, '')}`] }))).toEqual([]);
  });

  it('refuse an unknown noun', () => {
    expect(nounProblems(house({ 'server/domain/channel/read.ts': [] }))[0]).toContain('"channel" is no noun');
  });
});

describe('circles', () => {
  it('are told once, with their way', () => {
    const sources = house({
      'shared/a.ts': ['@/shared/b'],
      'shared/b.ts': ['./c'],
      'shared/c.ts': ['@/shared/a'],
    });
    expect(cycleProblems(sources)).toEqual([
      expect.stringContaining('shared/a.ts -> shared/b.ts -> shared/c.ts -> shared/a.ts: a circle'),
    ]);
  });

  it('are not two ways to the same file', () => {
    const sources = house({ 'shared/a.ts': ['./b', './c'], 'shared/b.ts': ['./c'], 'shared/c.ts': [] });
    expect(cycleProblems(sources)).toEqual([]);
  });
});

describe('files', () => {
  it.each([
    ['server/base/utils.ts', 'name it after what it holds'],
    ['client/room/index.ts', 'name it after what it holds'],
    ['shared/types.ts', 'name it after what it holds'],
    ['client/room/RoomList.tsx', 'file names are kebab-case'],
    ['client/roomList/room-list.tsx', 'the folder roomList is not kebab-case'],
  ])('refuse the name %s', (file, reason) => {
    expect(fileProblems(house({ [file]: [] }))).toEqual([`${file}: ${reason}.`]);
  });

  it('let routes have their brackets', () => {
    expect(fileProblems(house({ 'app/(chat)/r/[room]/t/[...thread]/not-found.tsx': [] }))).toEqual([]);
  });

  it('refuse ../ inside the sources, and say what to write', () => {
    const sources = house({ 'server/api/root.ts': ['../base/env'], 'server/base/env.ts': [] });
    expect(fileProblems(sources)).toEqual([
      'server/api/root.ts imports ../base/env: write @/server/base/env.',
    ]);
  });

  it('let only tests reach out of the sources', () => {
    const outside = '../../../bin/embedded-postgres.mjs';
    expect(fileProblems(house({ 'server/testing/postgres.ts': [outside] }))).toEqual([]);
    expect(fileProblems(house({ 'server/base/postgres.ts': [outside] }))[0]).toContain(
      'not part of the sources',
    );
  });

  it('refuse process.env beyond env.ts, cli and tests', () => {
    const text = 'const port = process.env.PORT;\n';
    const allowed = { 'server/base/env.ts': text, 'server/cli/seed.ts': text, 'shared/a.test.ts': text };
    expect(fileProblems(house(allowed))).toEqual([]);
    expect(fileProblems(house({ 'server/ws.ts': text }))[0]).toContain('server/base/env.ts');
  });

  it('refuse more than 300 lines, except in tests', () => {
    const text = 'const a = 1;\n'.repeat(301);
    expect(fileProblems(house({ 'shared/a.ts': text }))[0]).toContain('301 lines');
    expect(fileProblems(house({ 'shared/a.test.ts': text, 'shared/b.ts': text.slice(13) }))).toEqual([]);
  });
});

describe('the browser', () => {
  it('takes values only from shared files that do not lead to zod', () => {
    const sources = house({
      'shared/room.ts': ['zod'],
      'shared/slug.ts': ['./room'],
      'shared/limits.ts': [],
      'client/room/a.ts': ['@/shared/slug'],
      'client/room/b.ts': ['@/shared/limits'],
      'client/room/c.ts': `import type { RoomView } from '@/shared/room';\n`,
      'client/room/d.ts': ['zod'],
    });
    expect(browserProblems(sources).map((problem) => problem.split(' ')[0])).toEqual([
      'client/room/a.ts',
      'client/room/d.ts',
    ]);
  });
});
