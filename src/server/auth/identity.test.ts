import type { IncomingMessage } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, prefixOf } from '@/server/auth/address';
import { verifierOf } from '@/server/auth/visitor-secret';
import { env } from '@/server/base/env';

beforeAll(() => {
  process.env['DATABASE_URL'] ||= 'postgres://nobody@localhost/none';
});
afterEach(() => void Object.assign(env(), { TRUSTED_PROXIES: 0 }));

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

describe('the address that limits count by', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, prefix) => expect(prefixOf(address)).toBe(prefix));

  it('is the same for an IPv4 address in either spelling', () => {
    expect(addressOf(request('::ffff:203.0.113.7'))).toBe(addressOf(request('203.0.113.7')));
  });

  it('S103: is the peer’s own, whatever the request claims, unless a proxy is trusted', () => {
    expect(addressOf(request('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    expect(addressOf(request(undefined))).toBe('unknown');
  });

  it('S103: behind trusted proxies is the one that the outermost of them saw', () => {
    Object.assign(env(), { TRUSTED_PROXIES: 1 });
    expect(addressOf(request('127.0.0.1', '1.1.1.1, 198.51.100.1'))).toBe('198.51.100.1');
    Object.assign(env(), { TRUSTED_PROXIES: 2 });
    expect(addressOf(request('127.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.1'))).toBe('198.51.100.1');
    // Fewer hops than proxies: somebody went around them.
    expect(addressOf(request('127.0.0.1', '6.6.6.6'))).toBe('127.0.0.1');
    expect(addressOf(request('127.0.0.1', ''))).toBe('127.0.0.1');
  });
});

describe('a visitor’s secret', () => {
  const secret = Buffer.alloc(32, 7).toString('base64url');

  it('becomes a verifier of 32 bytes that says nothing of it', () => {
    expect(verifierOf(secret)).toHaveLength(32);
    expect(verifierOf(secret)).toEqual(verifierOf(secret));
    expect(verifierOf(secret).toString('base64url')).not.toBe(secret);
  });

  it.each([
    '',
    'x',
    secret.slice(1),
    `${secret}A`,
    `${secret.slice(1)}+`,
    `${secret.slice(1)}=`,
    `${secret}\n`,
    // The same bytes in another spelling: the last character has two bits to spare.
    `${secret.slice(0, -1)}d`,
  ])('S37: that reads %j is refused', (wrong) =>
    expect(() => verifierOf(wrong)).toThrow('not one that a browser of Foyer makes'),
  );
});
