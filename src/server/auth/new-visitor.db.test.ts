import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { solveChallenge } from 'altcha-lib';
import type { Challenge, DeriveKeyFunction } from 'altcha-lib/types';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Identity } from '@/server/auth/identity';
import { networkOf } from '@/server/auth/new-visitor';
import { acceptProof, makeChallenge, type ProofPurpose } from '@/server/auth/proof-of-work';
import { verifierOf } from '@/server/auth/visitor-secret';
import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { isAppError, type AppError } from '@/server/base/errors';
import { makeMember, makeRoom, say } from '@/server/testing/factories';
import { proofTtlMs } from '@/shared/limits';

const usual = { ...env() };
afterEach(() => {
  vi.useRealTimers();
  Object.assign(env(), usual);
});
// The rules are the real ones; only the work is light.
const easy = () => Object.assign(env(), { PROOF_OF_WORK_ITERATIONS: 1 });

const newSecret = () => randomBytes(32).toString('base64url');
let lastAddress = 0;
/** An address in a network of its own, so that tests do not count for each other. */
const newAddress = () => `10.${Math.floor(++lastAddress / 250)}.${lastAddress % 250}.7`;

/** The same steps as a browser's, without its threads. */
const deriveKey: DeriveKeyFunction = async ({ cost, keyLength }, salt, password) => ({
  derivedKey: new Uint8Array(pbkdf2Sync(password, salt, cost, keyLength, 'sha256')),
});
async function solve(text: string): Promise<string> {
  const challenge = JSON.parse(text) as Challenge;
  return JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) });
}
const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('It was not refused.')),
    (cause: unknown) => (isAppError(cause) ? cause : Promise.reject(cause)),
  );
const visitors = async () =>
  (await pool().query<{ count: number }>('select count(*)::int as count from users')).rows[0]?.count ?? 0;

describe('new visitors of one address', () => {
  it('S42: walk in up to 5 an hour, work up to 300, and are refused after that, while others walk in', async () => {
    easy();
    const address = newAddress();
    const room = await makeRoom(await makeMember());
    const before = await visitors();
    const came = { free: 0, worked: 0, refused: 0 };
    const come = async () => {
      const identity = await Identity.resolve({ secret: newSecret(), address });
      try {
        await identity.member();
        came.free++;
      } catch (cause) {
        if (!isAppError(cause)) throw cause;
        if (cause.reason === 'too_many_visitors') return void came.refused++;
        expect(cause).toMatchObject({ code: 'PRECONDITION_REQUIRED', reason: 'proof_of_work' });
        try {
          await identity.prove(await solve(cause.challenge ?? ''));
          came.worked++;
        } catch (second) {
          expect(second).toMatchObject({ code: 'TOO_MANY_REQUESTS', reason: 'too_many_visitors' });
          came.refused++;
        }
      }
    };
    for (let i = 0; i < 5_000; i += 20) {
      await Promise.all(Array.from({ length: 20 }, come));
      if (i % 1_000 > 0) continue;
      const other = await Identity.resolve({ secret: newSecret(), address: newAddress() });
      await say(await other.member(), room.mainThreadId);
    }
    expect(came).toEqual({ free: 5, worked: 295, refused: 4_700 });
    expect(await visitors()).toBe(before + 300 + 5);
    const late = await refusal((await Identity.resolve({ secret: newSecret(), address })).member());
    expect(late.message).toMatch(/^Too many new visitors come from your network\. Try again in \d+ minutes/);
    expect(late.retryAfterMs).toBeGreaterThan(0);
  }, 180_000);

  it('S42: are counted over the wider network, and over the whole instance, as well', async () => {
    Object.assign(env(), { NEW_VISITORS_FREE_PER_HOUR_PER_NETWORK: 6 });
    const from = (host: number) => Identity.resolve({ secret: newSecret(), address: `192.0.2.${host}` });
    for (let host = 0; host < 6; host++) await (await from(host)).member();
    expect((await refusal((await from(6)).member())).reason).toBe('proof_of_work');
    expect([networkOf('203.0.113.7'), networkOf('2001:db8:1:2::/64')]).toEqual([
      '203.0.113',
      '2001:db8:1::/48',
    ]);
    Object.assign(env(), { NEW_VISITORS_FREE_PER_MINUTE: 0 });
    const elsewhere = await Identity.resolve({ secret: newSecret(), address: newAddress() });
    expect((await refusal(elsewhere.member())).reason).toBe('proof_of_work');
  });

  it('who come back are no new ones', async () => {
    const [secret, address] = [newSecret(), newAddress()];
    const first = await (await Identity.resolve({ secret, address })).member();
    for (let i = 0; i < 20; i++)
      expect((await (await Identity.resolve({ secret, address })).member()).userId).toBe(first.userId);
    expect((await (await Identity.resolve({ secret: newSecret(), address })).member()).kind).toBe('visitor');
  });
});

describe('a proof of work', () => {
  const purpose = (over: Partial<ProofPurpose> = {}): ProofPurpose => ({
    kind: 'new-visitor',
    address: '203.0.113.7',
    verifier: verifierOf(newSecret()),
    ...over,
  });
  const refused = { code: 'FORBIDDEN', reason: 'proof_refused' };

  it('S43: is taken once, also of many that hand it in at the same time', async () => {
    easy();
    const mine = purpose();
    const proof = await solve(await makeChallenge(mine));
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => acceptProof(proof, mine)));
    expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    await expect(acceptProof(proof, mine)).rejects.toMatchObject(refused);
  });

  it('S43: is refused when it is late', async () => {
    easy();
    const mine = purpose();
    const proof = await solve(await makeChallenge(mine));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + proofTtlMs + 2_000 });
    await expect(acceptProof(proof, mine)).rejects.toMatchObject(refused);
  });

  it('S43: is good for its visitor and address only', async () => {
    easy();
    const mine = purpose();
    const proof = await solve(await makeChallenge(mine));
    for (const other of [
      { ...mine, address: '203.0.113.8' },
      { ...mine, verifier: verifierOf(newSecret()) },
    ])
      await expect(acceptProof(proof, other)).rejects.toMatchObject(refused);
    await acceptProof(proof, mine);
  });

  it('S43: is refused when nobody worked, and when it was made or changed by somebody else', async () => {
    easy();
    const mine = purpose();
    const proof = await solve(await makeChallenge(mine));
    type Sent = { challenge: Challenge & { signature: string }; solution: Record<string, unknown> };
    const changed = (change: (sent: Sent) => void) => {
      const sent = JSON.parse(proof) as Sent;
      change(sent);
      return JSON.stringify(sent);
    };
    const zeros = '0'.repeat(64);
    for (const wrong of [
      changed((sent) => (sent.challenge.signature = zeros)),
      changed((sent) => (sent.challenge.parameters.keySignature = zeros)),
      changed((sent) => (sent.challenge.parameters.keyPrefix = '0')),
      changed((sent) => (sent.challenge.parameters.expiresAt = 9_999_999_999)),
      changed((sent) => (sent.challenge.parameters.cost = 1_000_000)),
      changed((sent) => (sent.challenge.parameters.nonce = 'ab'.repeat(16))),
      changed((sent) => (sent.solution = { counter: 1, derivedKey: zeros })),
      changed((sent) => delete sent.solution['derivedKey']),
      changed((sent) => (sent.solution['extra'] = 1)),
      '',
      'null',
      '{"__proto__":{}}',
      'not JSON',
    ])
      await expect(acceptProof(wrong, mine), wrong).rejects.toMatchObject(refused);
    await acceptProof(proof, mine);
  });

  it('S43: cannot be worked on beforehand: no two challenges are alike', async () => {
    easy();
    const mine = purpose();
    const all = await Promise.all(Array.from({ length: 20 }, () => makeChallenge(mine)));
    const nonces = all.map((text) => (JSON.parse(text) as Challenge).parameters.nonce);
    expect(new Set(nonces).size).toBe(20);
  });
});
