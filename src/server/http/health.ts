import type { IncomingMessage, ServerResponse } from 'node:http';
import { tails } from '@/server/api/live';
import { pool, reserve } from '@/server/base/db';
import { gauge, metrics } from '@/server/base/metrics';
import { pendingMigrations } from '@/server/base/migrate';
import { instances } from '@/server/base/redis';
import { refuse } from '@/server/http/guard';
import { isOperator } from '@/server/http/operator';
import { bus } from '@/server/realtime/bus';

/** What the house's own addresses need to know of the process. */
export type Condition = { isDraining(): boolean; sockets: { size: number }; calls: { size: number } };

const notAllowed = {
  status: 405,
  code: 'METHOD_NOT_SUPPORTED',
  reason: 'transport',
  message: 'This can only be read.',
} as const;
const notFound = {
  status: 404,
  code: 'NOT_FOUND',
  reason: 'not_found',
  message: 'There is nothing here, or it is not open to you.',
} as const;

/** Answers what balancers and operators ask for. @returns whether the path was one of these */
export async function serveOperations(
  path: string,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  condition: Condition,
): Promise<boolean> {
  if (path !== '/api/health' && path !== '/api/ready' && path !== '/api/metrics') return false;
  if (req.method !== 'GET' && req.method !== 'HEAD') refuse(res, notAllowed);
  else if (path === '/api/health') answer(res, 200, { status: 'alive' });
  else if (path === '/api/ready') await serveReady(res, condition);
  else if (isOperator(req)) await serveMetrics(res, condition);
  else refuse(res, notFound);
  return true;
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/**
 * Ready: the database answers and has every migration; 503 while draining or without it. A bus that is
 * away makes it slower, not unready: the others are found in the database.
 */
async function serveReady(res: ServerResponse, { isDraining }: Condition): Promise<void> {
  if (isDraining()) return answer(res, 503, { status: 'stopping' });
  try {
    const pending = await pendingMigrations(reserve());
    const status = pending.length === 0 ? 'ready' : 'migrations pending';
    answer(res, pending.length === 0 ? 200 : 503, { status, bus: busWord() });
  } catch {
    answer(res, 503, { status: 'no database' });
  }
}

function busWord(): 'none' | 'up' | 'away' {
  const stand = bus().stand();
  if (stand.kind === 'memory') return 'none';
  return stand.isUp ? 'up' : 'away';
}

async function serveMetrics(res: ServerResponse, condition: Condition): Promise<void> {
  watch(condition);
  const { registry } = metrics();
  const text = await registry.metrics();
  res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' });
  res.end(text);
}

/** Values that are read when asked for; the first asking brings them in. */
function watch({ sockets, calls }: Condition): void {
  gauge('foyer_sockets', 'Open sockets.', () => sockets.size);
  gauge('foyer_http_open', 'HTTP answers that are being made, event streams included.', () => calls.size);
  gauge('foyer_tails', 'Threads that somebody here watches.', () => tails().tails().length);
  gauge('foyer_stream_readers', 'Open streams of threads.', () =>
    tails()
      .tails()
      .reduce((sum, tail) => sum + tail.readerCount, 0),
  );
  gauge('foyer_pool_connections', 'Connections to the database.', () => pool().totalCount);
  gauge('foyer_pool_idle', 'Connections to the database that nobody uses.', () => pool().idleCount);
  gauge('foyer_pool_waiting', 'Statements that wait for a connection.', () => pool().waitingCount);
  gauge('foyer_bus_up', '1 while linked with the other processes, or alone by choice.', () =>
    busWord() === 'away' ? 0 : 1,
  );
  const { counts } = bus();
  if (counts)
    for (const kind of ['published', 'unpublished', 'received', 'refused'] as const)
      gauge(`foyer_bus_${kind}_total`, `Events ${kind} over the bus.`, () => counts[kind]);
  gauge(
    'foyer_instances',
    'Processes that serve together, as far as this one knows.',
    () => instances().count,
  );
}
