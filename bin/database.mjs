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
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for programs that use it
 */
export function prepareDatabase(dir, { env = process.env, isTemporary = false } = {}) {
  return step('Database', async () => {
    const ready = env.DATABASE_URL ? env : { ...env, ...(await embedded(dir, isTemporary)) };
    await runCli('migrate.ts', [], { env: ready, quiet: true });
    return ready;
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
