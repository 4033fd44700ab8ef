/** A Chromium for the browser tests: an installed one, else Playwright's, else the system's package. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { step } from './steps.mjs';
import { UserError } from './user-error.mjs';

const downloadMs = 5 * 60_000;
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {Promise<string | null>} path of a browser that starts */
export async function findBrowser() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (await doesRun(chosen)) return chosen;
    throw new UserError(`CHROMIUM_PATH names ${chosen}, which does not start as a browser.`);
  }
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean);
  const inPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  for (const place of [...new Set(inPath), ...fixedPlaces, await playwrightsOwn()])
    if (place && (await doesRun(place))) return place;
  return null;
}

/**
 * @returns {Promise<string>} path of a browser that starts
 * @throws {UserError} when none can be had
 */
export async function findOrInstallBrowser() {
  const found = await findBrowser();
  if (found) return found;
  return step('Browser for the tests', async () => {
    const cli = inRoot('node_modules/@playwright/test/cli.js');
    await tryProgram(process.execPath, [cli, 'install', 'chromium']);
    const downloaded = await findBrowser();
    if (downloaded) return downloaded;
    if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get')) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await tryProgram('apt-get', ['update'], env);
      await tryProgram('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], env);
    }
    const installed = await findBrowser();
    if (installed) return installed;
    throw new UserError(
      'The browser tests need Chromium, and it could not be installed. Install Chromium or Chrome, or name one with CHROMIUM_PATH.',
    );
  });
}

const tryProgram = (command, args, env = process.env) =>
  runToEnd(command, args, { quiet: true, cwd: root, env, timeout: downloadMs }).catch(() => null);

async function playwrightsOwn() {
  try {
    const { chromium } = await import('@playwright/test');
    return chromium.executablePath();
  } catch {
    return null; // not installed, or unknown on this system
  }
}

/** Some systems have a script by that name which only tells how to install it. */
async function doesRun(file) {
  if (!fs.existsSync(file)) return false;
  if (process.platform === 'win32') return true; // there it would open a window
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 20_000 });
    return /Chrom/.test(stdout);
  } catch {
    return false;
  }
}
