/** The production build: Next's pages into .next, the server into dist/main.mjs. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { aloneInClone } from './install.mjs';
import { holderOf } from './lock.mjs';
import { dataDir, inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say, step } from './steps.mjs';
import { knownCause, UserError } from './user-error.mjs';

const stamp = '.next/foyer-build.json';
const sources = [
  ...['src', 'public', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json'],
  ...['next.config.ts', 'postcss.config.mjs', 'bin/build.mjs'],
];
const isNotBuilt = (file) =>
  /^src\/generated\/|\.test\.tsx?$|^src\/server\/testing\//.test(file) || file.endsWith('/.DS_Store');

/** Builds when the sources differ from those of the last build. */
export async function ensureBuilt() {
  if (isFresh()) return;
  await aloneInClone(async () => {
    if (isFresh()) return; // another command has built it meanwhile
    warnRunning();
    await step('Build', build);
  });
}

/** Whether the last build was made of the present sources. */
export const isFresh = () =>
  fs.existsSync(inRoot('.next/BUILD_ID')) &&
  fs.existsSync(inRoot('dist/main.mjs')) &&
  readStamp(stamp) === fingerprint(sources, isNotBuilt);

async function build() {
  const hash = fingerprint(sources, isNotBuilt);
  fs.rmSync(inRoot(stamp), { force: true }); // a build that is cut short must not count
  const { code, output } = await runToEnd(
    process.execPath,
    [inRoot('node_modules/next/dist/bin/next'), 'build'],
    {
      quiet: true,
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    },
  );
  if (code !== 0) throw new UserError(knownCause(output) ?? `The build failed:\n${output.trim()}`);
  await bundleServer();
  writeStamp(stamp, hash);
}

/**
 * tRPC is published with object spreads written out for old engines: a function that defines each property by
 * itself, several times per call. Here they are what the language does.
 */
const trpcWithSpreads = {
  name: 'trpc-with-spreads',
  setup({ onResolve, onLoad, onEnd }) {
    const written = /function _objectSpread2\(e\) \{[^]*?\n\}/;
    let isReplaced = false;
    onResolve({ filter: /^@trpc\/server(\/|$)/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
    }));
    onLoad({ filter: /[\\/]@trpc[\\/]server[\\/]dist[\\/].*\.mjs$/ }, ({ path }) => {
      const source = fs.readFileSync(path, 'utf8');
      if (!written.test(source)) return undefined;
      isReplaced = true;
      const spread =
        'function _objectSpread2(target, ...sources) { return Object.assign(target, ...sources); }';
      return { contents: source.replace(written, spread), loader: 'js' };
    });
    // Another version may have another helper: better a build that says so than a slower server.
    onEnd(() => (isReplaced ? undefined : { errors: [{ text: 'tRPC has no _objectSpread2 any more.' }] }));
  },
};

async function bundleServer() {
  const { build: bundle, stop } = await import('esbuild');
  try {
    await bundle({
      absWorkingDir: root,
      // Beside the server what a container runs on its database, where there are no sources.
      entryPoints: {
        main: 'src/server/main.ts',
        migrate: 'src/server/cli/migrate.ts',
        restored: 'src/server/cli/restored.ts',
      },
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      plugins: [trpcWithSpreads],
      sourcemap: true,
      tsconfig: 'tsconfig.json',
      logLevel: 'silent',
    });
  } catch (cause) {
    throw new UserError(knownCause(cause.message) ?? `The server could not be bundled: ${cause.message}`);
  } finally {
    await stop();
  }
}

function warnRunning() {
  const holder = holderOf(`${dataDir()}/foyer.lock`);
  if (holder?.command === 'start' && holder.pid !== process.pid)
    say(
      `! The Foyer on ${holder.url} (process ${holder.pid}) runs on the build that is replaced now: restart it after this.`,
    );
}
