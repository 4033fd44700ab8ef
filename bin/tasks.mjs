/** The short commands: build, bench, seed, import. */
import { ensureBuilt, isFresh } from './build.mjs';
import { prepareDatabase, runCli } from './database.mjs';
import { prepareDataDir } from './disk.mjs';
import { ensureInstalled } from './install.mjs';
import { dataDir, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { loadSettings } from './settings.mjs';
import { say } from './steps.mjs';
import { UserError } from './user-error.mjs';

export async function build() {
  loadSettings();
  await ensureInstalled({ withDev: true });
  if (isFresh()) say('The build is up to date.');
  await ensureBuilt();
}

/** @param {string[]} args the names of scenarios, `--quick` */
export async function bench(args) {
  await ensureInstalled({ withDev: true });
  await ensureBuilt();
  const command = ['--import', 'tsx', '--expose-gc', 'bench/run.ts', ...args];
  const { code } = await runToEnd(process.execPath, command, { cwd: root, env: process.env });
  if (code !== 0) throw new UserError('');
}

/** @param {string[]} args */
export const seed = (args) => runOnData('seed.ts', args);

/** @param {string[]} args the kind of logs (`irc`, which may be left out), then its own arguments */
export const importLogs = (args) => runOnData('import-irc.ts', args[0] === 'irc' ? args.slice(1) : args);

export const restored = () => runOnData('restored.ts', []);

/** @param {string[]} args the account's e-mail address */
export const resetLink = (args) => runOnData('reset-link.ts', args);

/** On the database of a running Foyer, or on one that is started just for this. */
async function runOnData(file, args) {
  loadSettings();
  const dir = dataDir();
  prepareDataDir(dir);
  await ensureInstalled();
  await runCli(file, args, { env: await prepareDatabase(dir) });
}
