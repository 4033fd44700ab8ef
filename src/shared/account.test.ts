import { describe, expect, it } from 'vitest';
import { email, recoveryCode, registerInput } from '@/shared/account';
import { isGuessable } from '@/shared/guessable';

describe('S34: an e-mail address', () => {
  it('is compared in lower case and without what stands around it', () => {
    expect(email.parse('  Ann@Example.ORG ')).toBe('ann@example.org');
    expect(email.parse("o'neil+foyer@mail.example")).toBe("o'neil+foyer@mail.example");
  });

  it.each([
    ...['ann@a.example,bob@b.example', 'ann@a.example bob@b.example', 'ann＠example.org', 'ann﹫example.org'],
    ...['ann@example.org\r\nBcc: bob@b.example', '<b>ann</b>@example.org', '"ann smith"@example.org'],
    ...[
      'ann',
      '@example.org',
      'ann@',
      'ann@-a.example',
      '.ann@example.org',
      'ann.@example.org',
      'ann@a..example',
    ],
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(260)}.example`,
    'ann\0@example.org',
  ])('is not %j', (text) => {
    expect(email.safeParse(text).success).toBe(false);
  });
});

const takes = (password: string) =>
  registerInput.safeParse({ email: 'a@b.example', password, name: 'Ann', keepVisitor: false }).success;

describe('S28: a new password', () => {
  it('has 8 to 128 characters of any kind, and keeps its spaces', () => {
    expect(takes('7 chars')).toBe(false);
    expect(takes('violet7x')).toBe(true);
    expect(takes(`${'tea-kettle '.repeat(6)}!`)).toBe(true);
    expect(takes('x9!'.repeat(43))).toBe(false);
    expect(takes('Größe 🦦 im Teich')).toBe(true);
    expect(
      registerInput.parse({
        email: 'a@b.example',
        password: '  spaced  out ',
        name: 'A',
        keepVisitor: false,
      }),
    ).toMatchObject({ password: '  spaced  out ' });
    expect(takes('nul\0inside')).toBe(false);
  });

  it.each([
    ...['password', 'Password1', 'passw0rd', 'P@ssw0rd!', '12345678', '123456789', '87654321', 'qwertyuiop'],
    ...['qwerty123', '1qaz2wsx', 'iloveyou', 'sunshine1', 'letmein!', 'abc12345', '11111111', 'abcabcabc'],
    ...['asdfghjkl', 'welcome2024', 'football', 'monkey12', '19840101', 'zxcvbnm1', 'trustno1', 'starwars'],
  ])('is not one that is guessed first: %s', (password) => {
    expect(isGuessable(password)).toBe(true);
    expect(takes(password)).toBe(false);
  });

  it.each(['violet7x', 'correct horse battery staple', 'gT5#kq9!', 'mein Rad steht', 'otterpond'])(
    'may be %s',
    (password) => expect(isGuessable(password)).toBe(false),
  );
});

it('a recovery code is read as people type it', () => {
  const code = '0123456789ABCDEFGHJKMNPQRS';
  expect(recoveryCode.parse(code)).toBe(code);
  expect(recoveryCode.parse('0123-4567 89ab-cdef-ghjk mnpq-rs')).toBe(code);
  expect(recoveryCode.parse('o123456789abcdefghjkmnpqrs')).toBe(code);
  expect(recoveryCode.safeParse('0123').success).toBe(false);
});
