/** Browser tests: a production server of their own, on data that is thrown away. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOrInstallBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { prepareServerDatabase } from './database.mjs';
import { prepareDataDir } from './disk.mjs';
import { ensureInstalled } from './install.mjs';
import { cleanUp, defer, undoDepth } from './lifecycle.mjs';
import { inRoot, root } from './paths.mjs';
import { freePort } from './port.mjs';
import { runToEnd } from './process.mjs';
import { describeEnd, startServer } from './server.mjs';
import { environmentWith } from './settings.mjs';
import { step } from './steps.mjs';
import { UserError } from './user-error.mjs';

const readyMs = 60_000;
const stopMs = 5_000;

/** Many people share one address here, and type faster than people do. */
const limits = {
  SENDS_PER_SECOND: '1000',
  SENDS_PER_MINUTE: '100000',
  SENDS_PER_MINUTE_PER_ADDRESS: '100000',
  EDITS_PER_MINUTE: '100000',
  REACTIONS_PER_MINUTE: '100000',
  CALLS_PER_SECOND_PER_ADDRESS: '100000',
  CREATES_PER_MINUTE: '10000',
  REPORTS_PER_MINUTE: '100000',
  SEARCHES_PER_MINUTE: '100000',
  NEW_VISITORS_FREE_PER_HOUR_PER_ADDRESS: '100000',
  NEW_VISITORS_FREE_PER_HOUR_PER_NETWORK: '100000',
  NEW_VISITORS_FREE_PER_MINUTE: '100000',
  SIGNALS_PER_TEN_SECONDS: '10000',
  NEW_VISITORS_PER_HOUR_PER_ADDRESS: '100000',
  SOCKETS_PER_ADDRESS: '10000',
  SOCKETS_PER_IDENTITY: '1000',
  HANDSHAKES_PER_SECOND_PER_ADDRESS: '1000',
  HANDSHAKES_PER_SECOND: '1000',
  SIGN_INS_PER_ACCOUNT: '1000',
  SIGN_INS_PER_ADDRESS: '10000',
  REGISTRATIONS_PER_HOUR_PER_ADDRESS: '10000',
  EXPORTS_PER_HOUR: '1000',
};

/**
 * @param {string[]} args more for Playwright
 * @param {{ report?: string }} [options] report: file for Playwright's counts
 * @returns {Promise<{ passed: number, failed: number }>}
 * @throws {UserError} when a test failed; `counts` tells how many
 */
export async function e2e(args, { report } = {}) {
  await ensureInstalled({ withDev: true });
  const browser = await findOrInstallBrowser();
  await ensureBuilt();
  const depth = undoDepth();
  const { url, env, ownerUrl, providerPort } = await serveForTests();
  const reporters = report ? ['--reporter=list,json'] : [];
  const command = [inRoot('node_modules/@playwright/test/cli.js'), 'test', ...reporters, ...args];
  const { code } = await runToEnd(process.execPath, command, {
    cwd: root,
    env: {
      ...env,
      NODE_ENV: 'test',
      E2E_BASE_URL: url,
      // Some tests change what is stored behind everybody's back.
      E2E_DATABASE_URL: ownerUrl,
      E2E_PROVIDER_PORT: String(providerPort),
      CHROMIUM_PATH: browser,
      ...(report && { PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    },
  });
  await cleanUp(depth);
  const stats = report && fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')).stats : null;
  const counts = { passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0 };
  if (code === 0) return counts;
  throw Object.assign(new UserError(''), { counts: { ...counts, failed: Math.max(1, counts.failed) } });
}

async function serveForTests() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'foyer-e2e-'));
  defer(() => fs.rmSync(dir, { recursive: true, force: true }));
  prepareDataDir(dir);
  // Where a test may let a provider listen that people sign in by.
  const providerPort = await freePort();
  const settings = environmentWith({
    ...limits,
    OIDC_ISSUER: `http://127.0.0.1:${providerPort}`,
    OIDC_ID: 'foyer-test',
    OIDC_SECRET: 'the secret of a test',
    OIDC_NAME: 'Club pass',
    NODE_ENV: 'production',
    PORT: String(await freePort()),
    FOYER_DATA_DIR: dir,
    LOG_LEVEL: 'warn',
  });
  const { env, ownerUrl } = await prepareServerDatabase(dir, { env: settings, isTemporary: true });
  const server = startServer(['dist/main.mjs'], env);
  defer(() => server.stop({ deadlineMs: stopMs }));
  const url = await step('Server for the tests', () =>
    Promise.race([
      server.ready,
      server.ended.then((end) => {
        throw new UserError(`The server for the tests ended before it was ready (${describeEnd(end)}).`);
      }),
      delay(readyMs, null, { ref: false }).then(() => {
        throw new UserError(`The server for the tests was not ready after ${readyMs / 1_000} s.`);
      }),
    ]),
  );
  return { url, env, ownerUrl, providerPort };
}
