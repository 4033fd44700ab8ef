import { describe, expect, it } from 'vitest';
import { samePage } from './nextauth';

const base = 'https://chat.example';

describe('where a sign-in leads', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\u0000//evil.example',
    'https:evil.example',
    'https:/evil.example/',
    'https://evil.example',
    'https://chat.example.evil.example/',
    'https://chat.example@evil.example/',
    'https://ann:secret@chat.example/',
    'http://chat.example/',
    'https://chat.example:8443/',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'blob:https://chat.example/1',
    'https://[bad',
  ])('S31: is never %j', (url) => {
    expect(samePage(url, base)).toMatch(/^https:\/\/chat\.example\//);
    const { origin, username, password } = new URL(samePage(url, base));
    expect([origin, username, password]).toEqual([base, '', '']);
  });

  it.each([
    ['/r/welcome?at=5', `${base}/r/welcome?at=5`],
    [`${base}/account`, `${base}/account`],
    ['join#token', `${base}/join#token`],
  ])('S31: may be %s, which is our own', (url, target) => {
    expect(samePage(url, base)).toBe(target);
  });
});
