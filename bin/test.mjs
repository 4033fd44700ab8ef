/** `test` and its parts; each part counts its tests for the last line. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chaos } from './chaos.mjs';
import { check } from './check.mjs';
import { e2e } from './e2e.mjs';
import { ensureInstalled } from './install.mjs';
import { defer, sentenceFor } from './lifecycle.mjs';
import { inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { ensureRedis } from './redis.mjs';
import { environmentWith } from './settings.mjs';
import { printDone, printFailed, say, secondsSince } from './steps.mjs';
import { UserError } from './user-error.mjs';

/**
 * Runs everything, also after a failure, and closes with the line `N passed, N failed`. A part that
 * breaks without a failed test (a type error, a server that does not start) counts as one failure.
 */
export async function test() {
  const from = performance.now();
  const reports = temporaryDir();
  const parts = {
    Check: () => check(),
    'Unit tests': () => vitest('unit', [], path.join(reports, 'unit.json')),
    'Database tests': () => vitest('db', [], path.join(reports, 'db.json')),
    Chaos: () => chaos(['--short'], { report: path.join(reports, 'chaos.json') }),
    'Browser tests': () => e2e([], { report: path.join(reports, 'e2e.json') }),
  };
  await ensureRedis();
  const total = { passed: 0, failed: 0 };
  const times = [];
  for (const [title, run] of Object.entries(parts)) {
    const partFrom = performance.now();
    const counts = await countsOf(run);
    total.passed += counts.passed;
    total.failed += counts.failed;
    (counts.failed > 0 ? printFailed : printDone)(title, partFrom);
    times.push(`${title.toLowerCase()} ${secondsSince(partFrom)}`);
  }
  say(`${times.join(', ')}; together ${secondsSince(from)}`);
  say(`${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) throw new UserError('');
}

/** @param {'unit' | 'db'} project @param {string[]} args more for Vitest */
export async function testProject(project, args) {
  await vitest(project, args);
}

/** @param {string[]} args more for Playwright */
export async function testBrowser(args) {
  await e2e(args);
}

async function countsOf(run) {
  try {
    return (await run()) ?? { passed: 0, failed: 0 };
  } catch (cause) {
    const sentence = sentenceFor(cause);
    if (sentence) console.error(sentence);
    return cause.counts ?? { passed: 0, failed: 1 };
  }
}

/**
 * @param {string} project
 * @param {string[]} args
 * @param {string} [report] file for Vitest's counts
 * @throws {UserError} when a test failed; `counts` tells how many
 */
async function vitest(project, args, report) {
  await ensureInstalled({ withDev: true });
  const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const command = [
    inRoot('node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    project,
    ...reporters,
    ...args,
  ];
  const env = environmentWith({ NODE_ENV: 'test' });
  const { code } = await runToEnd(process.execPath, command, { cwd: root, env });
  const json = report && fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : {};
  const counts = { passed: json.numPassedTests ?? 0, failed: json.numFailedTests ?? 0 };
  if (code === 0) return counts;
  throw Object.assign(new UserError(''), { counts: { ...counts, failed: Math.max(1, counts.failed) } });
}

function temporaryDir() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'foyer-reports-'));
  defer(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}
