/** `chaos`: faults against processes of our own, and the check of what came of it (`chaos/README.md`). */
import fs from 'node:fs';
import { ensureInstalled } from './install.mjs';
import { inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { UserError } from './user-error.mjs';

/**
 * @param {string[]} args for `chaos/main.ts`
 * @param {{ report?: string }} [options] report: file for the counts of invariants that held and that did not
 * @returns {Promise<{ passed: number, failed: number }>}
 * @throws {UserError} when one was violated; `counts` tells how many
 */
export async function chaos(args, { report } = {}) {
  await ensureInstalled({ withDev: true });
  const extra = report ? ['--report', report] : [];
  const command = ['--enable-source-maps', '--import', 'tsx', inRoot('chaos/main.ts'), ...args, ...extra];
  const { code } = await runToEnd(process.execPath, command, { cwd: root });
  const counts =
    report && fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : { passed: 0, failed: 0 };
  if (code === 0) return counts;
  throw Object.assign(new UserError(''), { counts: { ...counts, failed: Math.max(1, counts.failed) } });
}
