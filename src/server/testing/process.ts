import { spawn } from 'node:child_process';
import path from 'node:path';
import { freePort } from '../../../bin/port.mjs';
import { generousLimits } from '@/server/testing/generous-limits';

const root = path.join(import.meta.dirname, '../../..');

/** One process of Foyer on a free port, with everything that it says; it may well not start. */
export async function startProcess(settings: Record<string, string>) {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server/testing/instance.ts'], {
    cwd: root,
    env: { ...process.env, ...generousLimits, PORT: String(port), ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const told = { out: '', err: '', isReady: false };
  child.stdout?.on('data', (data: Buffer) => (told.out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (told.err += data.toString()));
  child.on('message', (message: { type?: string }) => (told.isReady ||= message.type === 'ready'));
  return {
    port,
    told,
    /** Its exit code, once it has ended and said its last. */
    ended: new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code))),
    /** A fault of the program happens in it. */
    fail: () => void child.send('fault'),
    kill: () => void child.kill('SIGKILL'),
  };
}
