import { describe, expect, it } from 'vitest';
import { makeLog } from '@/server/base/log';

/** The lines that a log writes, as they are. */
function record() {
  const lines: string[] = [];
  const log = makeLog('debug', { write: (line: string) => void lines.push(line) });
  return { log, lines };
}
const nasty = 'a\r\nb\n{"level":60,"msg":"forged"}\u001b[2J\u001b]0;title\u0007\u0000\u2028\b';

describe('a line of the log', () => {
  it('S76: is one line of JSON, whatever somebody put into it', () => {
    const { log, lines } = record();
    log.info({ name: nasty, origin: nasty, [nasty]: 1, nested: { path: nasty } }, nasty);
    log.error({ err: new Error(nasty), path: nasty }, 'a call failed');
    log.warn({ err: Object.assign(new Error('plain'), { code: nasty, stack: nasty }) }, 'odd');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line.match(/[\r\n]/g)).toEqual(['\n']);
      // oxlint-disable-next-line no-control-regex -- what a terminal obeys
      expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
    }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: nasty, msg: nasty });
  });

  it('S113: says of an error where it was and what it is called, never what it was about', () => {
    const { log, lines } = record();
    const row = Object.assign(
      new Error('new row for relation "messages" violates check constraint "length"'),
      {
        name: 'error',
        code: '23514',
        table: 'messages',
        constraint: 'length',
        detail: 'Failing row contains (1, canary).',
        where: 'unnamed portal parameter $1 = canary',
        parameters: ['canary'],
      },
    );
    const command = Object.assign(new Error('READONLY'), { command: { name: 'publish', args: ['canary'] } });
    const value = new Error('invalid input syntax for type uuid: "canary"');
    const call = Object.assign(new Error('Invalid `prisma.x()` in\n{ where: "canary" }\n\nIt was wrong.'), {
      name: 'PrismaClientValidationError',
    });
    const errors = [
      row,
      command,
      value,
      call,
      new Error('Outside', { cause: row }),
      'canary',
      { a: 'canary' },
    ];
    for (const err of errors) log.error({ err }, 'a call failed');
    try {
      JSON.parse('{"password": canary}');
    } catch (err) {
      log.error({ err }, 'a call failed');
    }
    const text = lines.join('');
    expect(lines).toHaveLength(errors.length + 1);
    expect(text).not.toContain('canary');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { code: '23514', table: 'messages', constraint: 'length', message: row.message },
    });
    for (const told of ['READONLY', 'invalid input syntax for type uuid', 'It was wrong.', 'Outside'])
      expect(text).toContain(told);
    expect(lines.filter((line) => line.includes('log-error.test.ts'))).not.toHaveLength(0);
  });
});
