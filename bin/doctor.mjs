/** `doctor`: what is fine on this machine, and what to do about the rest. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findBrowser } from './browser.mjs';
import { isFresh } from './build.mjs';
import { startEmbeddedPostgres } from './embedded-postgres.mjs';
import { diskProblem, freeMb } from './disk.mjs';
import { arePackagesReady, isClientReady } from './install.mjs';
import { defer } from './lifecycle.mjs';
import { holderOf } from './lock.mjs';
import { dataDir, inRoot, nearestExisting } from './paths.mjs';
import { addressFromSettings, portProblem } from './port.mjs';
import { packageHome } from './postgres-places.mjs';
import { loadSettings } from './settings.mjs';
import { runCli } from './database.mjs';
import { UserError } from './user-error.mjs';

const marks = { fine: '✓', note: '!', wrong: '✗' };
let isAnyWrong = false;

/** Prints one line for each thing it looks at; changes nothing but starting the database for a moment. */
export async function doctor() {
  await look(() => loadSettings());
  tell('fine', `Node ${process.versions.node}`);
  const npm = spawnSync('npm', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status === 0) tell('fine', `npm ${npm.stdout.trim()}`);
  else tell('wrong', 'npm was not found: install it, it comes with Node.');

  const areReady = fs.existsSync(inRoot('node_modules')) && arePackagesReady(true);
  if (areReady) tell('fine', 'Dependencies are complete');
  else tell('note', 'Dependencies are missing or out of date: npm start installs them.');
  if (areReady && !isClientReady()) tell('note', 'The database client is not generated: npm start does it.');
  if (areReady)
    tell(
      ...(isFresh()
        ? ['fine', 'The build is up to date']
        : ['note', 'The build is stale: npm start makes it.']),
    );

  const dir = dataDir();
  const holder = await look(() => lookAtData(dir));
  await look(() => lookAtPort(holder));
  if (areReady && isClientReady()) await look(() => lookAtDatabase(dir));
  else tell('note', 'Settings and database are looked at when the dependencies are there.');
  await look(async () => {
    const browser = await findBrowser();
    if (browser) tell('fine', `Browser for the tests: ${browser}`);
    else
      tell(
        'note',
        'No Chromium for the tests: npm test tries to install one; or name one with CHROMIUM_PATH.',
      );
  });
  if (isAnyWrong) throw new UserError('');
}

function tell(mark, line) {
  if (mark === 'wrong') isAnyWrong = true;
  console.log(`${marks[mark]} ${line}`);
}

/** A sentence that a look throws becomes its line. */
async function look(work) {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    if (cause.message) tell('wrong', cause.message);
    else isAnyWrong = true; // it has said so itself
    return null;
  }
}

function lookAtData(dir) {
  const problem = diskProblem(dir);
  if (problem) tell('wrong', problem);
  else tell('fine', `${freeMb(dir)} MB are free for ${dir}`);
  try {
    fs.accessSync(nearestExisting(dir), fs.constants.W_OK);
  } catch {
    tell(
      'wrong',
      `This user may not write to ${dir}: change its rights, or choose another with FOYER_DATA_DIR.`,
    );
  }
  const file = path.join(dir, 'foyer.lock');
  const holder = holderOf(file);
  if (holder) tell('fine', `Foyer runs: process ${holder.pid}, ${holder.url}`);
  else if (fs.existsSync(file))
    tell('note', 'Foyer was not stopped cleanly the last time; the next start clears that up.');
  else tell('fine', 'Foyer does not run');
  return holder;
}

async function lookAtPort(holder) {
  const address = addressFromSettings();
  const problem = await portProblem(address);
  if (!problem) tell('fine', `Port ${address.port} is free`);
  else if (holder && holder.url === address.url) tell('fine', `Port ${address.port} is Foyer's own`);
  else tell('wrong', problem);
}

async function lookAtDatabase(dir) {
  const env = { ...process.env };
  if (!env.DATABASE_URL) {
    packageHome();
    tell('fine', 'The embedded PostgreSQL is there for this system');
    if (!fs.existsSync(path.join(dir, 'postgres.json'))) {
      tell('note', 'Its database is not made yet: npm start does it.');
      return;
    }
    const database = await startEmbeddedPostgres(dir);
    defer(() => database.stop());
    env.DATABASE_URL = database.url;
  }
  await runCli('doctor.ts', [], { env });
}
