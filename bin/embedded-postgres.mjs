/**
 * The PostgreSQL that comes with Foyer: binaries from npm packages, data under the data directory,
 * loopback only, detached so that Ctrl-C reaches the app first. Node built-ins only.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.mjs';
import { findCluster, findPostgres, makeClusterFolder, settingsFile } from './postgres-places.mjs';
import { freePort } from './port.mjs';
import { commandOf, isAlive, isSameProcess, markOf, sleep } from './process.mjs';
import { knownCause, UserError } from './user-error.mjs';

const run = promisify(execFile);
const waitSeconds = 60;

/**
 * Starts the embedded PostgreSQL of `dataDir`, or joins the one that already runs there.
 * @param {string} dataDir absolute path of the data directory
 * @param {{ isTemporary?: boolean, port?: number }} [options] isTemporary: the directory is thrown away
 *   afterwards, so its data stays inside and need not survive a power cut; port: instead of any free one
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} the URL of its database `foyer`
 *   (not created here); `stop` ends the server unless another process of Foyer still uses it
 * @throws {UserError} when it cannot run here
 */
export async function startEmbeddedPostgres(dataDir, { isTemporary = false, port: wanted } = {}) {
  const turn = (work) => withLock(path.join(dataDir, 'postgres.lock'), work);
  fs.mkdirSync(dataDir, { recursive: true });
  // A user without privileges must get through; the files in it have rights of their own.
  if (isTemporary && process.getuid?.() === 0) fs.chmodSync(dataDir, 0o711);

  return turn(async () => {
    const { home, owner } = findPostgres();
    const pg = (name, args) =>
      run(path.join(home, 'bin', process.platform === 'win32' ? `${name}.exe` : name), args, {
        cwd: home,
        env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
        ...(owner && { uid: owner.uid, gid: owner.gid }),
      });
    const { password, cluster } = findCluster(dataDir) ?? (await makeCluster({ pg, dataDir, owner }));
    const release = registerUse(dataDir);
    let port;
    try {
      port = (await runningPort(cluster)) ?? (await startServer({ pg, cluster, isTemporary, wanted }));
    } catch (cause) {
      release();
      throw cause;
    }
    return {
      url: `postgresql://foyer:${password}@127.0.0.1:${port}/foyer`,
      stop: () =>
        turn(async () => {
          if (release() > 0 || !(await runningPort(cluster))) return;
          await pg('pg_ctl', ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', String(waitSeconds)]);
        }),
    };
  });
}

async function startServer({ pg, cluster, isTemporary, wanted }) {
  const logFile = path.join(path.dirname(cluster), 'postgres.log');
  const port = wanted ?? (await freePort());
  const options = [
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`,
    '-c max_connections=120 -c shared_buffers=256MB -c max_wal_size=2GB -c random_page_cost=1.1 -c jit=off',
    // Its log says what went wrong, and not with which row: that may be what somebody wrote.
    '-c log_error_verbosity=terse -c log_min_error_statement=panic',
    ...(isTemporary ? ['-c fsync=off -c full_page_writes=off'] : []),
  ].join(' ');
  const from = fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await pg('pg_ctl', [
      'start',
      '-D',
      cluster,
      '-l',
      logFile,
      '-w',
      '-t',
      String(waitSeconds),
      '-o',
      options,
    ]);
    return port;
  } catch (cause) {
    const reason = lastProblem(logFile, from) ?? `${cause.stderr ?? ''}${cause.message}`.trim();
    throw new UserError(
      knownCause(reason) ?? `The embedded PostgreSQL did not start: ${reason} (its log: ${logFile})`,
    );
  }
}

async function makeCluster({ pg, dataDir, owner }) {
  const parent = makeClusterFolder(dataDir, owner);
  const settings = settingsFile(dataDir);
  const cluster = path.join(parent, 'data');
  const password = randomBytes(24).toString('base64url');
  const passwordFile = path.join(parent, '.password');
  const parts = path.join(parent, '.new');
  for (const rest of [parts, passwordFile]) fs.rmSync(rest, { recursive: true, force: true });
  try {
    fs.mkdirSync(parts, { mode: 0o700 });
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    if (owner) for (const file of [parts, passwordFile]) fs.chownSync(file, owner.uid, owner.gid);
    await pg('initdb', [
      ...['-D', parts, '-U', 'foyer', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ]);
    // Cut between these two, the next start finds the password under its first name.
    fs.writeFileSync(`${settings}.new`, JSON.stringify({ password, cluster }), { mode: 0o600 });
    fs.renameSync(parts, cluster);
    fs.renameSync(`${settings}.new`, settings);
  } catch (cause) {
    fs.rmSync(parts, { recursive: true, force: true });
    const text = `${cause.stderr ?? ''}\n${cause.message}`;
    const reason = text.match(/(?:error|FATAL): .*/)?.[0] ?? cause.message;
    throw new UserError(knownCause(text) ?? `The embedded PostgreSQL could not be set up: ${reason}`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  return { password, cluster };
}

/** Counts this process among the database's users; the returned function says how many others are left. */
function registerUse(dataDir) {
  const dir = path.join(dataDir, 'postgres-users');
  const own = path.join(dir, String(process.pid));
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(own, JSON.stringify(markOf(process.pid)));
  return () => {
    fs.rmSync(own, { force: true });
    const names = fs.existsSync(dir) ? fs.readdirSync(dir) : [];
    const others = names.filter((name) => isStillThere(path.join(dir, name)));
    for (const gone of names.filter((name) => !others.includes(name)))
      fs.rmSync(path.join(dir, gone), { force: true });
    return others.length;
  };
}

function isStillThere(file) {
  try {
    return isSameProcess(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return false;
  }
}

/**
 * The port of the server that runs on this cluster, or null. Waits for one that is starting or
 * stopping. PostgreSQL stumbles over a pid file whose pid belongs to another program now: it goes.
 */
async function runningPort(cluster) {
  const file = path.join(cluster, 'postmaster.pid');
  for (const until = Date.now() + waitSeconds * 1_000; Date.now() < until; await sleep(100)) {
    if (!fs.existsSync(file)) return null;
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!isAlive(pid)) return null; // PostgreSQL clears that itself, once its last workers are gone
    const command = commandOf(pid);
    if (command !== null && !command.includes('postgres')) {
      fs.rmSync(file, { force: true });
      return null;
    }
    if (lines[7]?.trim() === 'ready' && lines[3]) return Number(lines[3]);
  }
  throw new UserError(
    `The embedded PostgreSQL hangs while it starts or stops (see ${path.dirname(cluster)}/postgres.log).`,
  );
}

/** What the log says since the given place in it. */
function lastProblem(file, from) {
  if (!fs.existsSync(file)) return null;
  const lines = fs.readFileSync(file).subarray(from).toString('utf8').trim().split('\n');
  return lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? null;
}
