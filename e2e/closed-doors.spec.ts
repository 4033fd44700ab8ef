import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { expect, test } from './fixtures';

type Answer = { status: number; headers: Record<string, unknown>; text: string };
type Ask = { method?: string; headers?: Record<string, string>; body?: string };

/** One request whose path goes out as it is written; browsers would tidy it up. */
function ask(baseURL: string, path: string, { method = 'GET', headers = {}, body }: Ask = {}) {
  const { hostname, port } = new URL(baseURL);
  return new Promise<Answer>((resolve, reject) => {
    const req = request({ hostname, port, path, method, headers, agent: false }, (res) => {
      let text = '';
      res.on('data', (data: Buffer) => (text += data.toString('latin1')));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** What only the inside of a server knows. */
const inside =
  /[/\\]node_modules[/\\]|\bat \S+ \(|\.tsx?:\d+|PrismaClient|\bpg_|select .+ from |insert into|NEXTAUTH_SECRET=|DATABASE_URL=|-----BEGIN/i;
const buildId = () => readFileSync('.next/BUILD_ID', 'utf8').trim();

test('S115: the server gives away no file, map or tool of its own', async ({ baseURL }) => {
  const paths = [
    ...['/.env', '/.env.example', '/.git/HEAD', '/.git/config', '/.foyer/secret', '/package.json'],
    ...[
      '/package-lock.json',
      '/next.config.ts',
      '/prisma/schema.prisma',
      '/dist/main.mjs',
      '/dist/main.mjs.map',
    ],
    ...['/.next/BUILD_ID', '/src/server/main.ts', '/node_modules/next/package.json', '/Dockerfile'],
    ...['/_next/BUILD_ID', '/_next/build-manifest.json', '/_next/trace', '/_next/server/app/page.js'],
    ...[
      '/_next/static/../../package.json',
      '/_next/static/..%2f..%2f..%2f.env',
      '/_next/static/%2e%2e/%2e%2e/.env',
    ],
    ...['/_next/static/....//....//.env', '/_next/static/..%5c..%5c.env', '/_next/static//etc/passwd'],
    ...['/_next/webpack-hmr', '/_next/hmr', '/__nextjs_original-stack-frames', '/__nextjs_source-map'],
    ...[
      '/_next/image?url=http%3A%2F%2F169.254.169.254%2F&w=64&q=75',
      '/_next/image?url=%2Ficon.svg&w=64&q=75',
    ],
    ...[
      '/api/panel',
      '/api/trpc-playground',
      '/api/graphql',
      '/graphql',
      '/api/debug',
      '/debug',
      '/debug/pprof',
    ],
    ...['/server-status', '/metrics', '/api/metrics/x', '/admin/../.env', '/json/list', '/console'],
    ...[
      '/.//evil.example/x',
      '/x//..//evil.example',
      '/%2F/evil.example',
      '/%5Cevil.example',
      '/x/%2e%2e//evil.example',
    ],
  ];
  for (const path of paths) {
    let { status, headers, text } = await ask(baseURL, path);
    // Slashes in a row are tidied up: within this host, and only to be refused there.
    for (let hops = 0; status === 308 && hops < 3; hops++) {
      expect([path, headers['location']]).toEqual([path, expect.stringMatching(/^\/(?![/\\])/)]);
      ({ status, headers, text } = await ask(baseURL, String(headers['location'])));
    }
    expect([path, [400, 404, 405, 414].includes(status)]).toEqual([path, true]);
    expect([path, inside.exec(text.replaceAll(path, ''))?.[0]]).toEqual([path, undefined]);
  }
  const page = await ask(baseURL, '/');
  expect(page.headers['x-powered-by']).toBeUndefined();
  expect(page.headers['server']).toBeUndefined();
  const scripts = [...new Set(page.text.match(/\/_next\/static\/[\w./~-]+\.(js|css)/g) ?? [])];
  expect(scripts.length).toBeGreaterThan(3);
  for (const script of scripts) {
    const { status, text } = await ask(baseURL, script);
    expect([script, status, text.includes('sourceMappingURL')]).toEqual([script, 200, false]);
    expect((await ask(baseURL, `${script}.map`)).status).toBe(404);
  }
  for (const path of ['/', '/api/trpc/session.get', '/api/health', '/api/auth/csrf', scripts[0] ?? '/'])
    for (const method of ['TRACE', 'TRACK', 'DEBUG', 'PROPFIND', 'CONNECT']) {
      // What Node itself does not know never becomes a request.
      const answer = await ask(baseURL, path, { method }).catch(() => null);
      expect([method, path, answer === null || answer.status === 400 || answer.status === 405]).toEqual([
        ...[method, path, true],
      ]);
      expect(answer?.text ?? '').not.toContain(method);
    }
});

test('S111: whatever is wrong with a request, the answer says nothing of the inside', async ({ baseURL }) => {
  const json = { 'content-type': 'application/json' };
  const asks: [string, Ask?][] = [
    ...['/r/%00', '/r/%E0%A4%A', '/r/%ff/t/%ff', '/r/..%2f..', `/r/${'x'.repeat(3_000)}`].map(
      (path) => [path] as [string],
    ),
    ...['/r/x?at=%00', '/r/welcome?at=1e400', '/r/welcome/t/zzzzzzzzzzzz', '/join', '/reset'].map(
      (path) => [path] as [string],
    ),
    ['/', { headers: { 'next-router-state-tree': '{' } }],
    ['/', { headers: { rsc: '1', 'next-router-state-tree': '%5B%22' } }],
    ['/', { headers: { 'next-action': 'a'.repeat(40) }, method: 'POST', body: '[]' }],
    ['/', { headers: { cookie: '__prerender_bypass=x; foyer.session=x.y.z' } }],
    ['/api/auth/callback/nobody', { method: 'POST', body: 'a=b', headers: { 'content-length': '3' } }],
    ['/api/auth/signin/%00'],
    ['/api/auth/error?error=%3Cscript%3E'],
    ['/api/trpc/message.send', { method: 'POST', headers: json, body: '{"id":"x"}' }],
    ['/api/trpc/message.send', { method: 'POST', headers: json, body: '{' }],
    ['/api/trpc/room.get?input=%7B%22slug%22:5%7D'],
    ['/api/trpc/__proto__'],
    ['/api/export?format=%00'],
  ];
  for (const [path, options] of asks) {
    const { status, text } = await ask(baseURL, path, options);
    expect([path, status < 500]).toEqual([path, true]);
    // A page of Next names its own files; what counts is what it says beside them.
    expect([path, inside.exec(text.replace(/\/_next\/static\/\S+/g, ''))?.[0]]).toEqual([path, undefined]);
  }
});

test('S45: a private room is in no page, whatever way a page is asked for', async ({ baseURL, guest }) => {
  const hidden = await guest.makeRoom({
    name: 'Canary Aviary',
    topic: 'Canary Seeds',
    kind: 'private',
    visitors: 'none',
  });
  const thread = await guest.startThread(hidden.id, 'Canary Song');
  await guest.say(hidden.mainThreadId, 'Canary Words');
  const room = `/r/${hidden.slug}`;
  const side = `${room}/t/${thread.shortId}`;
  const loop = Array.from({ length: 5 }, () => 'src/middleware').join(':');
  const headers: Record<string, string>[] = [
    {},
    { 'x-middleware-subrequest': loop },
    { 'x-middleware-subrequest': 'middleware', 'x-middleware-prefetch': '1' },
    { rsc: '1' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
    { 'x-nextjs-data': '1', purpose: 'prefetch' },
    { 'x-matched-path': room, 'x-now-route-matches': '1' },
    { 'x-foyer-address': '127.0.0.1', 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
  ];
  const data = `/_next/data/${buildId()}`;
  const paths = [room, side, `${room}/`, `${room}.`, `${room}%2f`, `${room}.rsc`, `${side}.rsc`].concat(
    [`${room}?_rsc=abcde`, `/.${room}`, `/x/..${room}`, `/en${room}`, `${room}.segments/_tree.segment.rsc`],
    [
      `${data}${room}.json`,
      `${data}/en${room}.json`,
      `${data}${side}.json`,
      room.toUpperCase(),
      '/',
      '/?_rsc=x',
    ],
  );
  for (const path of paths)
    for (const some of headers) {
      const { status, text } = await ask(baseURL, path, { headers: some });
      expect([path, some, status < 500, /Canary (Aviary|Seeds|Song|Words)/.exec(text)?.[0]]).toEqual([
        ...[path, some, true, undefined],
      ]);
    }
  // It is answered like a room that nobody has.
  const status = async (path: string) => (await ask(baseURL, path)).status;
  expect(await status(room)).toBe(await status('/r/no-such-room-anywhere'));
});

test('S60: a page is the same for everybody, and nobody on the way keeps it', async ({
  baseURL,
  room,
  guest,
}) => {
  await guest.say(room.mainThreadId, 'For everybody');
  for (const path of ['/', `/r/${room.slug}`, '/account', '/api/trpc/session.get', '/api/auth/session']) {
    const { headers } = await ask(baseURL, path);
    expect([path, headers['cache-control']]).toEqual([path, expect.stringMatching(/no-store/)]);
    expect([path, headers['cache-control']]).toEqual([path, expect.not.stringMatching(/public|s-maxage/)]);
  }
});

test('S39: a visitor’s secret is in no address, no referrer and no page', async ({ alice, room }) => {
  const referrers: string[] = [];
  const pages: Promise<string>[] = [];
  alice.context.on('request', (asked) => referrers.push(asked.headers()['referer'] ?? ''));
  alice.context.on('response', (response) => {
    if (response.request().resourceType() === 'document') pages.push(response.text().catch(() => ''));
  });
  await alice.open(room);
  await alice.say('Hello');
  await alice.page.reload();
  await alice.isLive();
  for (const path of ['/account', '/sign-in', '/']) await alice.page.goto(path);
  await alice.isLive();
  const secret = await alice.page.evaluate(() => localStorage.getItem('foyer.visitor') ?? '');
  expect(secret).toHaveLength(43);
  const drawn = await alice.page.content();
  expect(pages.length).toBeGreaterThan(3);
  for (const text of [...alice.guard.urls, ...referrers, ...(await Promise.all(pages)), drawn])
    expect(text).not.toContain(secret);
});
