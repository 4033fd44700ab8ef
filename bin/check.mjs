/** `check`: format, lint and types, side by side. */
import fs from 'node:fs';
import { ensureInstalled } from './install.mjs';
import { inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { printDone, printFailed, say, secondsSince } from './steps.mjs';
import { knownCause, UserError } from './user-error.mjs';

const tools = {
  Format: ['prettier/bin/prettier.cjs', '--check', '--cache', '--log-level', 'warn', '.'],
  Lint: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format', 'unix'],
  Types: ['typescript/bin/tsc', '--noEmit', '--pretty', 'false'],
};

/**
 * Checks the sources; says only what is wrong.
 * @throws {UserError} when something is
 */
export async function check() {
  const from = performance.now();
  await ensureInstalled({ withDev: true });
  await ensureRouteTypes();
  const results = await Promise.all(Object.entries(tools).map(([title, command]) => runTool(title, command)));
  for (const { title, output } of results.filter((result) => !result.isFine)) say(`\n${title}\n${output}`);
  const failed = results.filter((result) => !result.isFine).map((result) => result.title);
  if (failed.length > 0) throw new UserError(`Not right yet: ${failed.join(', ')} (${secondsSince(from)}).`);
  say(`All checks passed (${secondsSince(from)}).`);
}

async function runTool(title, [program, ...args]) {
  const from = performance.now();
  const { code, output } = await node(program, args);
  if (code === 0) printDone(title, from);
  else printFailed(title, from);
  return { title, isFine: code === 0, output: knownCause(output) ?? output.trim() };
}

/** Next declares its own types in a file that git does not hold. */
async function ensureRouteTypes() {
  const file = inRoot('next-env.d.ts');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const imports = [...text.matchAll(/import "(.+)"/g)].map(([, name]) => name);
  if (!fs.existsSync(inRoot('src/app/layout.tsx'))) return;
  if (text && imports.every((name) => fs.existsSync(inRoot(name)))) return;
  const { code, output } = await node('next/dist/bin/next', ['typegen']);
  if (code !== 0) throw new UserError(`Next could not write its types:\n${output.trim()}`);
}

const node = (program, args) =>
  runToEnd(process.execPath, [inRoot('node_modules', program), ...args], {
    quiet: true,
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
