import type { ServerResponse } from 'node:http';
import { pool } from '@/server/base/db';
import { pendingMigrations } from '@/server/base/migrate';

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/** Alive: the process answers. */
export const serveHealth = (res: ServerResponse) => answer(res, 200, { status: 'alive' });

/** Ready: the database answers and has every migration; 503 while draining or without it. */
export async function serveReady(res: ServerResponse, isDraining: boolean): Promise<void> {
  if (isDraining) return answer(res, 503, { status: 'stopping' });
  try {
    const pending = await pendingMigrations(pool());
    answer(res, pending.length === 0 ? 200 : 503, {
      status: pending.length === 0 ? 'ready' : 'migrations pending',
    });
  } catch {
    answer(res, 503, { status: 'no database' });
  }
}
