/** Settings before anything is installed; `src/server/base/env.ts` checks the rest. */
import fs from 'node:fs';
import { parseEnv } from 'node:util';
import { inRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

const file = inRoot('.env');

/** Reads `.env` where there is one; what the environment already holds wins. */
export function loadSettings() {
  if (fs.existsSync(file)) process.loadEnvFile(file);
  const url = process.env.DATABASE_URL;
  if (url && (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)))
    throw new UserError(
      'The setting DATABASE_URL is wrong: it must look like postgresql://user:password@host:5432/name.',
    );
}

/**
 * An environment in which no setting of this machine is left, neither exported nor from `.env`
 * (which Next would read again): for tests.
 * @param {NodeJS.ProcessEnv} settings the ones to have instead
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWith(settings) {
  const known = [file, inRoot('.env.example')].filter((at) => fs.existsSync(at));
  const names = known.flatMap((at) => [
    ...Object.keys(parseEnv(fs.readFileSync(at, 'utf8'))),
    // The example's lines are commented out.
    ...[...fs.readFileSync(at, 'utf8').matchAll(/^#\s*([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name),
  ]);
  return { ...process.env, ...Object.fromEntries(names.map((name) => [name, ''])), ...settings };
}
