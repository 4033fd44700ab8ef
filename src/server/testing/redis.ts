import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../../bin/port.mjs';
import { findRedis } from '../../../bin/redis.mjs';
import { pause } from '@/server/testing/server';

/** An installed redis-server (or valkey-server); null where there is none, and its tests are left out. */
export const redisProgram: string | null = findRedis();

/** A Redis of the test's own on a free port, which keeps nothing and can be made to fail. */
export async function startRedis() {
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async () => {
    if (!redisProgram) throw new Error('There is no redis-server on this machine.');
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn(redisProgram, args, { stdio: 'ignore' });
    while (!(await doesAnswer(port))) {
      if (child.exitCode !== null) throw new Error('The redis-server of this test ended by itself.');
      await pause(20);
    }
  };
  const kill = async () => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    /** It keeps its connections and says nothing any more. */
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: kill,
  };
}

export type TestRedis = Awaited<ReturnType<typeof startRedis>>;

const doesAnswer = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.on('error', () => end(false));
  });
