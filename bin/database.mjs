/** The database for one command: the one that DATABASE_URL names, or the embedded one; migrated. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.mjs';
import { defer } from './lifecycle.mjs';
import { root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { step } from './steps.mjs';
import { knownCause, UserError } from './user-error.mjs';

/**
 * Starts or joins the database, migrates it, and puts it down again at the end of the command.
 * @param {string} dir data directory
 * @param {{ env?: NodeJS.ProcessEnv, isTemporary?: boolean }} [options] env: instead of this process's
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for programs that use it, as its owner
 */
export const prepareDatabase = async (dir, options) => (await prepare(dir, options)).owner;

/**
 * The same for a server. In the database that comes with Foyer it has a role that owns nothing, whose password
 * is made anew at each start and kept nowhere; one that DATABASE_URL names is its operator's to divide.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, ownerUrl: string }>} env: the server's
 */
export async function prepareServerDatabase(dir, options) {
  const password = randomBytes(24).toString('base64url');
  const { owner, isEmbedded } = await prepare(dir, options, { APP_PASSWORD: password });
  const ownerUrl = owner.DATABASE_URL;
  if (!isEmbedded) return { env: owner, ownerUrl };
  const url = Object.assign(new URL(ownerUrl), { username: 'foyer_app', password });
  return { env: { ...owner, DATABASE_URL: url.href }, ownerUrl };
}

function prepare(dir, { env = process.env, isTemporary = false } = {}, forRole = {}) {
  return step('Database', async () => {
    const isEmbedded = !env.DATABASE_URL;
    const owner = isEmbedded ? { ...env, ...(await embedded(dir, isTemporary)) } : env;
    const settings = isEmbedded ? { ...owner, ...forRole } : owner;
    await runCli('migrate.ts', [], { env: settings, quiet: true });
    return { owner, isEmbedded };
  });
}

/**
 * Runs a program of `src/server/cli`.
 * @param {string} file
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, quiet?: boolean }} options quiet: what it prints becomes the
 *   sentence of the failure
 * @throws {UserError} when it fails; with an empty message when it has said why itself
 */
export async function runCli(file, args, { env, quiet = false }) {
  // What is kept becomes a sentence: warnings of libraries have no place in it.
  const flags = quiet ? ['--enable-source-maps', '--no-warnings'] : ['--enable-source-maps'];
  const command = [...flags, '--import', 'tsx', `src/server/cli/${file}`, ...args];
  const { code, output } = await runToEnd(process.execPath, command, { quiet, cwd: root, env });
  if (code !== 0) throw new UserError(output.trim());
}

async function embedded(dir, isTemporary) {
  const starting = startEmbeddedPostgres(dir, { isTemporary });
  // Before it is up: a Ctrl-C meanwhile must not leave it behind.
  defer(async () => (await starting.catch(() => null))?.stop());
  const { url } = await starting;
  return { DATABASE_URL: url, NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || ownSecret(dir) };
}

/** The secret that signs sessions: made once, kept beside the data that it protects. */
function ownSecret(dir) {
  const file = path.join(dir, 'secret');
  const present = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  if (present) return present;
  const secret = randomBytes(32).toString('base64url');
  try {
    fs.writeFileSync(`${file}.new`, secret, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new UserError(
      knownCause(String(cause.message)) ?? `${file} could not be written: ${cause.message}`,
    );
  }
  return secret;
}
