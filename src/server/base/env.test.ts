import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env';

const read = (over: Record<string, string>) => () =>
  readEnv({
    DATABASE_URL: 'postgresql://foyer:0f5c2a7d9be14c1e@127.0.0.1:5432/foyer',
    NEXTAUTH_SECRET: 'k3QxV8m2Wb7tZr5yNc1Hs9Pd4Lf6Gj0A',
    NODE_ENV: 'production',
    ...over,
  });

describe('S117: a start in production', () => {
  it.each([
    ['a database', { DATABASE_URL: 'postgresql://postgres:postgres@db.example:5432/foyer' }],
    ['a database without a password', { DATABASE_URL: 'postgresql://foyer@10.0.0.5/foyer' }],
    ['Redis without a password', { REDIS_URL: 'redis://redis.example:6379' }],
    ['Redis', { REDIS_URL: 'redis://:Redis@redis.example:6379' }],
  ])('refuses %s on another machine with what everybody tries first, and does not repeat it', (_, over) => {
    const [[name, url] = ['', '']] = Object.entries(over);
    expect(read(over)).toThrow(name);
    expect(read(over)).not.toThrow(url);
  });

  it.each([
    ['on this machine', { REDIS_URL: 'redis://127.0.0.1:6379' }],
    ['with a real password', { REDIS_URL: 'rediss://:9c41d07be2f84a65@redis.example:6380' }],
    ['in development', { REDIS_URL: 'redis://redis.example:6379', NODE_ENV: 'development' }],
  ])('takes a Redis %s', (_, over) => {
    expect(read(over)().REDIS_URL).toBe(over.REDIS_URL);
  });

  it('refuses what is no Redis address, without showing it', () => {
    expect(read({ REDIS_URL: 'http://:hidden@redis.example' })).toThrow('REDIS_URL');
    expect(read({ REDIS_URL: 'http://:hidden@redis.example' })).not.toThrow('hidden');
  });
});

describe('S19: the secret that signs sessions', () => {
  const example = readFileSync(path.join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const shown = /^#?NEXTAUTH_SECRET=(.*)$/m.exec(example)?.[1];

  it.each([
    ['missing', ''],
    ['a word', 'changeme'],
    ['what the example shows', shown ?? ''],
    ['31 characters', 'k3QxV8m2Wb7tZr5yNc1Hs9Pd4Lf6Gj0'],
    ['one character over and over', 'k'.repeat(64)],
    ['a few characters over and over', 'k3Qx'.repeat(16)],
    ['made of words that everybody tries', 'changeme-k3QxV8m2Wb7tZr5yNc1Hs9Pd4Lf6'],
    ['the one of a tutorial', 'your-nextauth-secret-k3QxV8m2Wb7tZr5y'],
    ['a row of keys', '0123456789abcdefghijklmnopqrstuvwxyz'],
  ])('stops the start in production when it is %s, and is not repeated', (_, secret) => {
    expect(shown).toBeDefined();
    expect(read({ NEXTAUTH_SECRET: secret })).toThrow(/NEXTAUTH_SECRET .*openssl rand -base64 32/);
    if (secret) expect(read({ NEXTAUTH_SECRET: secret })).not.toThrow(secret);
  });

  it('is as good when it is the one before', () => {
    expect(read({ NEXTAUTH_SECRET_PREVIOUS: 'changeme' })).toThrow('NEXTAUTH_SECRET_PREVIOUS');
  });

  it('is made by a process of its own only where it is not production', () => {
    const [one, other] = [0, 1].map(
      () => read({ NEXTAUTH_SECRET: '', NODE_ENV: 'development' })().secrets[0],
    );
    expect(one).toHaveLength(43);
    expect(one).not.toBe(other);
  });

  it.each(['', 'development'])(
    'is never left to a server that others reach while NODE_ENV is "%s"',
    (mode) => {
      const open = { HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.example', NODE_ENV: mode };
      expect(read(open)).toThrow('The development server only listens on this machine');
      expect(read({ HOST: '0.0.0.0' })).toThrow('PUBLIC_URL');
    },
  );
});

describe('S22: sign-in by a provider', () => {
  it.each([
    ['GITHUB_ID', { GITHUB_SECRET: 'x' }],
    ['GITHUB_SECRET', { GITHUB_ID: 'x' }],
    ['GOOGLE_SECRET', { GOOGLE_ID: 'x' }],
    ['OIDC_ISSUER', { OIDC_ID: 'x', OIDC_SECRET: 'x' }],
    ['OIDC_SECRET', { OIDC_ID: 'x', OIDC_ISSUER: 'https://id.example' }],
    ['OIDC_ISSUER', { OIDC_ID: 'x', OIDC_SECRET: 'x', OIDC_ISSUER: 'no address' }],
  ])('that is half set up, without %s, stops the start', (missing, settings) => {
    expect(read(settings)).toThrow(missing);
  });
});
