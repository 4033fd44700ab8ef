/** The commands, and what happens to their failures. */
import { cleanUp, isStopping, listenForSignals, sentenceFor } from './lifecycle.mjs';

/** @type {Record<string, { about: string, run: (args: string[]) => Promise<unknown> }>} */
const commands = {
  start: { about: 'serve Foyer', run: async () => (await import('./start.mjs')).start() },
  dev: {
    about: 'serve from the sources, restarting on changes',
    run: async () => (await import('./start.mjs')).dev(),
  },
  cluster: {
    about: 'serve by several instances behind a balancer; --instances 3',
    run: async (args) => (await import('./cluster.mjs')).cluster(args),
  },
  build: {
    about: 'make the production build when it is stale',
    run: async () => (await import('./tasks.mjs')).build(),
  },
  check: { about: 'format, lint and types', run: async () => (await import('./check.mjs')).check() },
  test: {
    about: 'everything: check, unit, database and browser tests',
    run: async () => (await import('./test.mjs')).test(),
  },
  'test:unit': {
    about: 'unit tests',
    run: async (args) => (await import('./test.mjs')).testProject('unit', args),
  },
  'test:db': {
    about: 'tests against PostgreSQL',
    run: async (args) => (await import('./test.mjs')).testProject('db', args),
  },
  e2e: { about: 'tests in a browser', run: async (args) => (await import('./test.mjs')).testBrowser(args) },
  chaos: {
    about: 'faults against exact delivery, and the check',
    run: async (args) => (await import('./chaos.mjs')).chaos(args),
  },
  bench: {
    about: 'measure Foyer beside its yardsticks',
    run: async (args) => (await import('./tasks.mjs')).bench(args),
  },
  seed: { about: 'write demo content', run: async (args) => (await import('./tasks.mjs')).seed(args) },
  import: {
    about: 'read logs into a room',
    run: async (args) => (await import('./tasks.mjs')).importLogs(args),
  },
  restored: {
    about: 'say that the database was restored from a backup',
    run: async () => (await import('./tasks.mjs')).restored(),
  },
  'reset-link': {
    about: 'make a link that sets a new password',
    run: async (args) => (await import('./tasks.mjs')).resetLink(args),
  },
  doctor: {
    about: 'look for what is wrong on this machine',
    run: async () => (await import('./doctor.mjs')).doctor(),
  },
};

/**
 * Runs one command to its end; `process.exitCode` tells how it went.
 * @param {string[]} args the command and its own arguments
 */
export async function main([name = '', ...args]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : null;
  if (!command) {
    const lines = Object.entries(commands).map(([known, { about }]) => `  ${known.padEnd(10)} ${about}`);
    console.error(`${name ? `There is no command "${name}".` : 'Which command?'}\n${lines.join('\n')}`);
    process.exitCode = 1;
    return;
  }
  listenForSignals();
  try {
    await command.run(args);
  } catch (cause) {
    if (isStopping()) return;
    const sentence = sentenceFor(cause);
    if (sentence) console.error(sentence);
    process.exitCode = 1;
  }
  if (!isStopping()) await cleanUp();
}
