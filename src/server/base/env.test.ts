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
