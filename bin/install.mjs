/** What a fresh clone lacks: packages, and the database client that Prisma generates. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { diskProblem } from './disk.mjs';
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { inRoot, root } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { step } from './steps.mjs';
import { knownCause, UserError } from './user-error.mjs';

/** What node_modules takes, with room for npm to work. */
const packagesMb = 1_200;
const packagesStamp = 'node_modules/.foyer-lock';
const clientStamp = 'src/generated/.foyer-schema';
/** Two commands at once in one clone: one installs or builds, the other waits. */
const workLock = inRoot('.foyer', 'work.lock');

/** @template T @param {() => Promise<T>} work what changes the clone itself */
export const aloneInClone = (work) => withLock(workLock, work);

/** @param {{ withDev?: boolean }} [needs] whether what only builds and tests need is needed */
export async function ensureInstalled({ withDev = false } = {}) {
  if (!arePackagesReady(withDev))
    await aloneInClone(async () => {
      if (!arePackagesReady(withDev)) await step('Dependencies', installPackages);
    });
  if (!isClientReady())
    await aloneInClone(async () => {
      if (!isClientReady()) await step('Database client', generateClient);
    });
}

/**
 * Whether node_modules holds what package-lock.json names.
 * @param {boolean} withDev
 */
export function arePackagesReady(withDev) {
  if (readStamp(packagesStamp) === lockHash()) return true;
  if (!isLockMet(withDev)) return false;
  // Someone ran npm himself: as good as our own, and to install again would pull the files from under others.
  if (withDev) tryToStamp();
  return true;
}

/** Whether the generated database client fits prisma/schema.prisma. */
export const isClientReady = () =>
  fs.existsSync(inRoot('src/generated/prisma/client.ts')) && readStamp(clientStamp) === clientHash();

/** By the list that npm leaves in node_modules when it has finished. */
function isLockMet(withDev) {
  const wanted = packagesIn('package-lock.json');
  const there = packagesIn('node_modules/.package-lock.json');
  if (!wanted || !there) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (!place || entry.link) return true;
    const found = there[place];
    if (found) return found.version === entry.version;
    return Boolean(entry.optional || entry.devOptional || entry.peer || (!withDev && entry.dev));
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(fs.readFileSync(inRoot(file), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Platform packages differ, so a node_modules that came from another system is not ours. */
const lockHash = () =>
  createHash('sha256')
    .update(`${process.platform}-${process.arch}\n`)
    .update(fs.readFileSync(inRoot('package-lock.json')))
    .digest('hex');

function tryToStamp() {
  try {
    writeStamp(packagesStamp, lockHash());
  } catch {
    // A read-only clone: the look is repeated next time.
  }
}

async function installPackages() {
  const problem = diskProblem(root, packagesMb);
  if (problem) throw new UserError(problem);
  const options = ['--include=dev', '--no-audit', '--no-fund', '--no-progress'];
  let result = await npm(['ci', ...options]);
  // A lock that was made where some platforms' packages were missing: npm can fill that in, `ci` may not.
  if (/\bEUSAGE\b/.test(result.output)) result = await npm(['install', '--no-save', ...options]);
  // On a full disk npm may leave half of a file and still call it a success.
  const isWhole = result.code === 0 && !/TAR_ENTRY_ERROR|ENOSPC/.test(result.output) && isLockMet(true);
  if (!isWhole) {
    fs.rmSync(inRoot('node_modules/.package-lock.json'), { force: true });
    throw new UserError(reasonOf(result.output));
  }
  tryToStamp();
}

function npm(args) {
  const own = process.env.npm_execpath;
  const env = { ...process.env, NODE_ENV: 'development' };
  if (own && path.basename(own) === 'npm-cli.js')
    return runToEnd(process.execPath, [own, ...args], { quiet: true, cwd: root, env });
  const isWindows = process.platform === 'win32';
  return runToEnd(isWindows ? 'npm.cmd' : 'npm', args, { quiet: true, cwd: root, env, shell: isWindows });
}

function reasonOf(output) {
  const known = knownCause(output);
  if (known) return `The dependencies could not be installed. ${known}`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH/.test(output))
    return "The dependencies could not be fetched: the package registry does not answer. Check the network (and npm's proxy setting), then start again.";
  if (/\bEACCES\b|\bEPERM\b/.test(output))
    return `The dependencies could not be installed: this user may not write to ${root}.`;
  const lines = output
    .split('\n')
    .filter((line) => /npm error/.test(line) && !/complete log|npm error\s*$/.test(line));
  return `The dependencies could not be installed:\n${lines.slice(0, 12).join('\n') || output.trim().slice(-2_000)}`;
}

const clientHash = () =>
  `${fingerprint(['prisma/schema.prisma'])}-${JSON.parse(fs.readFileSync(inRoot('node_modules/prisma/package.json'), 'utf8')).version}`;

async function generateClient() {
  const { code, output } = await runToEnd(
    process.execPath,
    [inRoot('node_modules/prisma/build/index.js'), 'generate'],
    {
      quiet: true,
      cwd: root,
      env: {
        ...process.env,
        // It only looks whether the file exists; without the name it would download an engine.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (code !== 0)
    throw new UserError(
      knownCause(output) ?? `The database client could not be generated:\n${output.trim()}`,
    );
  writeStamp(clientStamp, clientHash());
}
