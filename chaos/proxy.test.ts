import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { healthy, Link } from './proxy';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

/** A server that says everything back, with its name before it. */
async function echo(name: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.write(`${name}:`);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function linkTo(...ports: number[]): Promise<Link> {
  const link = new Link(() => ports, Math.random);
  await link.listen();
  undo.push(() => link.close());
  return link;
}

function open(link: Link) {
  const socket = connect(link.port, '127.0.0.1');
  const client = { socket, text: '', isClosed: false };
  socket.on('data', (bytes: Buffer) => (client.text += bytes.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (client.isClosed = true));
  undo.push(() => socket.destroy());
  return client;
}

const until = (look: () => boolean) =>
  vi.waitFor(() => expect(look()).toBe(true), { timeout: 5_000, interval: 5 });

describe('a link', () => {
  it('takes servers in turn, and passes over one that is away', async () => {
    const [a, b] = [await echo('a'), await echo('b')];
    const link = await linkTo(a, 1, b);
    const names = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const client = open(link);
      await until(() => client.text !== '');
      names.add(client.text);
    }
    expect([...names].toSorted()).toEqual(['a:', 'b:']);
  });

  it('carries everything in order, late and in pieces', async () => {
    const link = await linkTo(await echo('a'));
    link.toxics = { ...healthy, latencyMs: 5, jitterMs: 5, slicer: 3 };
    const client = open(link);
    const said = Array.from({ length: 200 }, (_, i) => `${i} `).join('');
    client.socket.write(said);
    await until(() => client.text.length === said.length + 2);
    expect(client.text).toBe(`a:${said}`);
  });

  it('cuts what stands and takes what comes', async () => {
    const link = await linkTo(await echo('a'));
    const client = open(link);
    await until(() => client.text === 'a:');
    link.reset();
    await until(() => client.isClosed && link.size === 0);
    const next = open(link);
    await until(() => next.text === 'a:');
  });

  it('refuses everything while it is down', async () => {
    const link = await linkTo(await echo('a'));
    link.down();
    const client = open(link);
    await until(() => client.isClosed);
    expect(client.text).toBe('');
    link.up();
    const next = open(link);
    await until(() => next.text === 'a:');
  });

  it('lets a connection stand that carries nothing any more', async () => {
    const link = await linkTo(await echo('a'));
    const [client, probe] = [open(link), open(link)];
    await until(() => client.text === 'a:' && probe.text === 'a:');
    link.blackhole();
    link.up();
    client.socket.write('lost');
    const next = open(link);
    await until(() => next.text === 'a:');
    next.socket.write('heard');
    await until(() => next.text === 'a:heard');
    expect([client.text, client.isClosed]).toEqual(['a:', false]);
  });

  it('tears a connection in the middle of an answer', async () => {
    const link = await linkTo(await echo('a'));
    link.toxics = { ...healthy, limitData: 100 };
    const client = open(link);
    client.socket.write('x'.repeat(50_000));
    await until(() => client.isClosed);
    expect(client.text.length).toBeLessThan(50_000);
  });
});
