import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/** A change of the product's text, for a test build only. `file` is below `src`; the text stands there once. */
export type Mutation = { file: string; find: string; put: string };

/**
 * The product's own entry point as one file, without its pages: the rig asks for none, and needs no build
 * of them.
 */
export async function bundleServer(outfile: string, mutations: readonly Mutation[]): Promise<void> {
  const mine = mutations.filter((mutation) => !isClient(mutation));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/server/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    tsconfig: 'tsconfig.json',
    logLevel: 'silent',
    sourcemap: 'inline',
    plugins: [withoutPages, mutating(mine)],
  });
}

/** What a tab of a browser runs, as one CommonJS file: its globals are handed in, so one process holds many. */
export async function bundleTab(outfile: string, mutations: readonly Mutation[]): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['chaos/client/tab.ts'],
    outfile,
    bundle: true,
    platform: 'browser',
    format: 'cjs',
    target: 'node20',
    tsconfig: 'tsconfig.json',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [listening, mutating(mutations.filter(isClient))],
  });
}

/**
 * @returns the text with the mutation made
 * @throws {Error} when its place is not found exactly once: a bug that is not there cannot be caught
 */
export function mutate(text: string, { file, find, put }: Mutation): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`src/${file} holds ${parts.length - 1} times what a seeded bug changes: ${find}`);
  return parts.join(put);
}

/** The source of a file below `src`. */
export const sourceOf = (file: string): string => readFileSync(path.join(root, 'src', file), 'utf8');

const isClient = ({ file }: Mutation) => file.startsWith('client/');

const mutating = (mutations: readonly Mutation[]): Plugin => ({
  name: 'seeded bugs',
  setup(on) {
    const waiting = new Set(mutations);
    on.onLoad({ filter: /\/src\/.*\.tsx?$/ }, (args) => {
      const file = path.relative(path.join(root, 'src'), args.path).split(path.sep).join('/');
      const own = mutations.filter((mutation) => mutation.file === file);
      if (own.length === 0) return undefined;
      for (const mutation of own) waiting.delete(mutation);
      return { contents: own.reduce(mutate, sourceOf(file)), loader: 'ts' };
    });
    on.onEnd(() => {
      const [left] = waiting;
      if (left) throw new Error(`src/${left.file}, which a seeded bug changes, is not in the build.`);
    });
  },
});

const withoutPages: Plugin = {
  name: 'without pages',
  setup(on) {
    on.onResolve({ filter: /^next$/ }, () => ({ path: 'next', namespace: 'without-pages' }));
    on.onLoad({ filter: /.*/, namespace: 'without-pages' }, () => ({
      contents: `export default () => ({
        prepare: async () => {},
        close: async () => {},
        getRequestHandler: () => async (_req, res) => void res.writeHead(404).end(),
      });`,
      loader: 'js',
    }));
  },
};

/** Puts the rig's ear between the product's client and its transport. */
const listening: Plugin = {
  name: 'listening',
  setup(on) {
    on.onResolve({ filter: /^@\/client\/trpc$/ }, (args) =>
      args.importer.includes(`${path.sep}chaos${path.sep}client${path.sep}`)
        ? undefined
        : { path: path.join(root, 'chaos/client/ear.ts') },
    );
  },
};
