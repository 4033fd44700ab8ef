import { once as onceEvent } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { env } from '@/server/base/env';
import { startTracing } from '@/server/base/tracing';

/** Turns spans on, and takes them. @returns what ends that, with everything that was sent */
export async function collectSpans(): Promise<() => Promise<string>> {
  const bodies: string[] = [];
  const collector = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      bodies.push(body);
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await onceEvent(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  Object.assign(env(), { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  const end = await startTracing();
  return async () => {
    await end();
    collector.closeAllConnections();
    collector.close();
    return bodies.join('');
  };
}
