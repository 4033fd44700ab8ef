import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { WebSocket } from 'ws';
import { appRouter } from '@/server/api/root';
import { log } from '@/server/base/log';
import { makeMember, makeRoom, newId, say } from '@/server/testing/factories';
import { helloFrame, readSocket, startServer, type TestServer } from '@/server/testing/server';
import { errorCodes, errorReasons } from '@/shared/error-code';
import { callsPerBatchMax } from '@/shared/limits';

type Shape = z.core.JSONSchema.BaseSchema;
type Procedure = { name: string; type: 'query' | 'mutation' | 'subscription'; input: z.ZodType | undefined };
/** `json` is the raw input, since not all of it is what `JSON.stringify` can write. */
type Case = { what: string; procedure: Procedure; json: string };

const secret = 'A'.repeat(43);

/** Every procedure there is, so that a new one is covered by itself. */
const procedures: Procedure[] = Object.entries(appRouter._def.procedures).map(([name, procedure]) => {
  const { type, inputs } = (procedure as unknown as { _def: unknown })._def as {
    type: Procedure['type'];
    inputs: z.ZodType[];
  };
  return { name, type, input: inputs[0] };
});

/** Fields whose shape does not tell what they take. */
const known: Record<string, string> = {
  emoji: '👍',
  email: 'somebody@mail.example',
  code: '0123456789ABCDEFGHJKMNPQRS',
  secret: 'A'.repeat(43),
  token: 'A'.repeat(43),
};

/** An input that the schema takes; each branch of a union gives one. */
function samplesOf(shape: Shape): unknown[] {
  if (shape.anyOf) return shape.anyOf.flatMap((branch) => samplesOf(branch));
  if (shape.enum) return [shape.enum[0]];
  if (shape.type === 'array') return [[samplesOf((shape.items ?? {}) as Shape)[0]]];
  if (shape.type === 'object') {
    const fields = Object.entries(shape.properties ?? {}) as [string, Shape][];
    return [Object.fromEntries(fields.map(([key, field]) => [key, known[key] ?? samplesOf(field)[0]]))];
  }
  if (shape.type === 'boolean') return [false];
  if (shape.type === 'integer' || shape.type === 'number') return [1];
  if (shape.type === 'null') return [null];
  if (shape.format === 'uuid') return [newId()];
  const fits = ['Some text', 'hello', '0123456789ab', 'A'.repeat(43), '2026-03-01T09:30:00.000Z'].find((s) =>
    new RegExp(shape.pattern ?? '').test(s),
  );
  if (shape.type === 'string' && fits !== undefined) return [fits];
  throw new Error(`No sample for ${JSON.stringify(shape)}: add one.`);
}

const long = JSON.stringify('x'.repeat(5_001));
/** What a field may be sent as, in raw JSON. */
const badValues: Record<string, string> = {
  null: 'null',
  'a number': '5',
  'a truth': 'true',
  'an array': '[]',
  'an array of itself': '["Some text"]',
  'an object': '{}',
  'an operator': '{"not":""}',
  'another operator': '{"contains":""}',
  NUL: '"a\\u0000b"',
  'an unknown id in a shape that is none': '"00000000-0000-0000-0000-00000000000g"',
  'a lone high surrogate': '"a\\ud800"',
  'a lone low surrogate': '"\\udc00a"',
  'nothing visible': '"\\u200b\\u200d\\u2060\\ufeff"',
  'white space': '" \\n\\t "',
  'marks alone': '"\\u0301\\u0301"',
  empty: '""',
  '5,001 characters': long,
  'a minus': '-1',
  'minus zero': '-0',
  huge: '99999999999',
  'beyond a double': '1e400',
  'beyond an integer': '9007199254740993',
  fraction: '1.5',
  SQL: '"\'; drop table users; --"',
  'a wildcard': '"%_\\\\"',
  'a prototype': '{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}',
};

const badCases: Case[] = procedures.flatMap((procedure) => {
  const { input } = procedure;
  if (!input) return [];
  const shape = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Shape;
  const cases: Case[] = [];
  const add = (what: string, json: string) => cases.push({ what, procedure, json });
  for (const [what, json] of Object.entries(badValues)) add(`all of it ${what}`, json);
  for (const sample of samplesOf(shape)) {
    if (typeof sample !== 'object' || sample === null) continue;
    const text = JSON.stringify(sample);
    if (!input.safeParse(sample).success) throw new Error(`${procedure.name} does not take ${text}.`);
    for (const key of ['extra', '__proto__', 'constructor', 'toString'])
      add(`an unknown key ${key}`, `{"${key}":{"x":1},${text.slice(1)}`.replace(/,}$/, '}'));
    for (const field of Object.keys(sample)) {
      const rest = JSON.stringify({ ...sample, [field]: undefined });
      add(`${field} missing`, rest);
      for (const [what, json] of Object.entries(badValues))
        add(`${field} ${what}`, `{"${field}":${json},${rest.slice(1)}`.replace(/,}$/, '}'));
      add(`${field} twice`, `{"${field}":5,${text.slice(1, -1)},"${field}":{"not":""}}`);
    }
  }
  return cases;
});

const isTaken = ({ procedure, json }: Case) => procedure.input?.safeParse(JSON.parse(json)).success ?? true;

type Told = { result?: unknown; error?: { message: string; data: Record<string, unknown> } };

/** What every answer must keep to, whatever was sent. */
function expectTold(one: Case, told: Told | undefined): void {
  const where = `${one.procedure.name}: ${one.what}: ${one.json.slice(0, 200)} -> ${JSON.stringify(told).slice(0, 300)}`;
  if (isTaken(one) && told?.result !== undefined) return;
  const { message, data } = told?.error ?? { message: '', data: {} };
  const status = Number(data['httpStatus']);
  expect(errorCodes, where).toContain(data['code']);
  expect(errorReasons, where).toContain(data['reason']);
  expect(status >= 400 && status < 500, where).toBe(true);
  expect(Object.keys(data), where).not.toContain('stack');
  expect(message, where).toMatch(/^\S[^]{8,290}[.!?]$/);
  expect(JSON.stringify(told), where).not.toMatch(
    /\bat \w+ \(|node_modules|\/src\/|\.ts:|select .* from|insert into|PostgreSQL error|pg_|Prisma|ZodError/i,
  );
  if (!isTaken(one)) expect(data, where).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400 });
  const field = one.what.split(' ')[0] ?? '';
  if (!isTaken(one) && one.json.includes(`"${field}"`))
    expect(String(data['field']).split('.')[0], where).toBe(field);
}

let server: TestServer;
let socket: WebSocket;
let socketMessages: ReturnType<typeof readSocket>;
beforeAll(async () => {
  server = await startServer();
  socket = await server.openSocket();
  socketMessages = readSocket(socket);
  // It is open for longer than a silent one may be.
  socket.on('message', (data: Buffer) => data.toString() === 'PING' && socket.send('PONG'));
  socket.send(helloFrame(secret));
});
afterAll(() => server.close());

let logged: ReturnType<typeof vi.spyOn>[];
beforeEach(() => {
  logged = [vi.spyOn(log(), 'error'), vi.spyOn(log(), 'warn')];
});
afterEach(async () => {
  // Nothing of this is the server's own trouble, nobody's objects have a new key, and it still answers.
  for (const spy of logged) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  const answer = await server.send('/api/trpc/session.get', { headers: { 'x-foyer-visitor': secret } });
  expect(answer.status).toBe(200);
});

const chunksOf = <T>(all: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
const headers = { 'x-foyer-visitor': secret };
const isTooLong = (one: Case) =>
  one.procedure.type !== 'mutation' && encodeURIComponent(one.json).length > 3_500;

describe(`bad input to each of the ${procedures.length} procedures`, { timeout: 240_000 }, () => {
  it('S51 S63 S64 S69 S70 S71 S73 S75 S107 S111: is told as a 4xx in our words, one call per request', async () => {
    for (const chunk of chunksOf(badCases, 8))
      await Promise.all(
        chunk.map(async (one) => {
          const { name, type } = one.procedure;
          if (isTooLong(one) || (type === 'subscription' && isTaken(one))) return;
          const answer = await (type === 'mutation'
            ? server.send(`/api/trpc/${name}`, { headers, body: one.json })
            : server.send(`/api/trpc/${name}?input=${encodeURIComponent(one.json)}`, { headers }));
          expect(answer.status).toBeLessThan(500);
          const failed = /event: serialized-error\ndata: (.*)\n/.exec(answer.text)?.[1];
          const told = (failed ? { error: JSON.parse(failed) } : JSON.parse(answer.text)) as Told;
          expectTold(one, told);
          if (told.error && type !== 'subscription')
            expect(answer.status).toBe(told.error.data['httpStatus']);
        }),
      );
  });

  it('is told call by call in a batch', async () => {
    for (const type of ['query', 'mutation'] as const) {
      const cases = badCases.filter((one) => one.procedure.type === type && one.json.length < 200);
      for (const chunk of chunksOf(cases, type === 'query' ? 4 : callsPerBatchMax)) {
        const names = chunk.map((one) => one.procedure.name).join();
        const body = `{${chunk.map((one, i) => `"${i}":${one.json}`).join()}}`;
        const answer = await (type === 'mutation'
          ? server.send(`/api/trpc/${names}?batch=1`, { headers, body })
          : server.send(`/api/trpc/${names}?batch=1&input=${encodeURIComponent(body)}`, { headers }));
        const told = JSON.parse(answer.text) as Told[];
        for (const [i, one] of chunk.entries()) expectTold(one, told[i]);
      }
    }
  });

  it('is told call by call on a socket, which stays open', async () => {
    let id = 0;
    for (const chunk of chunksOf(badCases, callsPerBatchMax)) {
      const first = id;
      const frame = chunk.map(({ procedure: { name, type }, json }) => {
        return `{"id":${id++},"method":"${type}","params":{"path":"${name}","input":${json}}}`;
      });
      socket.send(`[${frame.join()}]`);
      for (const [i, one] of chunk.entries()) {
        const text = await socketMessages.next(new RegExp(`^\\{"id":${first + i},`), 30_000);
        expectTold(one, JSON.parse(text) as Told);
        if (one.procedure.type === 'subscription')
          socket.send(JSON.stringify({ id: first + i, method: 'subscription.stop' }));
      }
      socketMessages.heard.length = 0;
    }
    expect(socket.readyState).toBe(socket.OPEN);
  });
});

describe('the ids of a private room', { timeout: 120_000 }, () => {
  it('S46 S59: tell an outsider nothing, to whatever procedure they are given', async () => {
    const alice = await makeMember();
    const room = await makeRoom(alice, { kind: 'private', name: 'Secret garden', visitors: 'none' });
    const message = await say(alice, room.mainThreadId, 'The rose is red');
    const answers = new Map<string, Set<string>>();
    for (const { name, type, input } of procedures) {
      if (!input || type === 'subscription') continue;
      const shape = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Shape;
      for (const sample of samplesOf(shape) as Record<string, unknown>[]) {
        const ids = Object.keys(sample).filter((key) => /^id$|Id$/.test(key) && key !== 'shortId');
        for (const field of ids)
          for (const value of [newId(), room.id, room.mainThreadId, message.id]) {
            // A new thing's own id is free to be used: it would make what is asked for next.
            if (field === 'id' && /create|send/.test(name)) continue;
            const json = JSON.stringify({
              ...sample,
              [field]: value,
              ...(sample['slug'] !== undefined && { slug: room.slug }),
            });
            const answer = await (type === 'mutation'
              ? server.send(`/api/trpc/${name}`, { headers, body: json })
              : server.send(`/api/trpc/${name}?input=${encodeURIComponent(json)}`, { headers }));
            expect(answer.text).not.toMatch(/secret|garden|rose/i);
            // It is answered like an id that nobody has.
            const key = `${name} ${field}`;
            answers.set(key, (answers.get(key) ?? new Set()).add(`${answer.status} ${answer.text}`));
          }
      }
    }
    for (const [where, told] of answers) expect([where, ...told]).toHaveLength(2);
  });
});
