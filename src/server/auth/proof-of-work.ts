import { createHmac, timingSafeEqual } from 'node:crypto';
import { createChallenge, randomInt, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { instanceKey } from '@/server/base/instance-key';
import { consume } from '@/server/base/rate-limit';
import { proofStepsMax, proofStepsMin, proofTtlMs } from '@/shared/limits';

/** What a proof is good for, and nothing else: one visitor to come in from one network. */
export type ProofPurpose = { kind: 'new-visitor'; address: string; verifier: Buffer };

const hex = z.string().regex(/^[\da-f]{1,128}$/);
const sent = z.strictObject({
  challenge: z.strictObject({
    parameters: z.strictObject({
      algorithm: z.literal('PBKDF2/SHA-256'),
      cost: z.int().min(1),
      data: z.strictObject({ for: hex }),
      expiresAt: z.int().min(1),
      keyLength: z.literal(32),
      keyPrefix: hex,
      keySignature: hex,
      nonce: hex,
      salt: hex,
    }),
    signature: hex,
  }),
  solution: z.strictObject({ counter: z.int().min(0), derivedKey: hex, time: z.number().optional() }),
});

async function secrets() {
  const key = (use: string) => instanceKey(`proof-of-work:${use}`).then((bytes) => bytes.toString('hex'));
  return { hmacSignatureSecret: await key('challenge'), hmacKeySignatureSecret: await key('solution') };
}

async function boundTo({ kind, address, verifier }: ProofPurpose): Promise<string> {
  const key = await instanceKey('proof-of-work:purpose');
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, address, verifier.toString('hex')]))
    .digest('hex');
}

/** Something to work on for a while, as JSON; it holds nothing that its reader does not know. */
export async function makeChallenge(purpose: ProofPurpose): Promise<string> {
  const challenge = await createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: env().PROOF_OF_WORK_ITERATIONS,
    counter: randomInt(proofStepsMax, proofStepsMin),
    deriveKey,
    data: { for: await boundTo(purpose) },
    expiresAt: new Date(Date.now() + proofTtlMs),
    ...(await secrets()),
  });
  return JSON.stringify(challenge);
}

/**
 * Takes a proof once.
 * @param proof JSON of the challenge and its solution
 * @throws {AppError} FORBIDDEN when it is not solved, not ours, late, for something else, or used before
 */
export async function acceptProof(proof: string, purpose: ProofPurpose): Promise<void> {
  const { challenge, solution } = parse(proof);
  const verified = await verifySolution({ challenge, solution, deriveKey, ...(await secrets()) });
  const [meant, is] = [challenge.parameters.data.for, await boundTo(purpose)];
  const isMeant = meant.length === is.length && timingSafeEqual(Buffer.from(meant), Buffer.from(is));
  if (!verified.verified || !isMeant) throw refused();
  const once = { name: 'proofs', points: 1, perSeconds: Math.ceil((2 * proofTtlMs) / 1_000) };
  await consume(once, challenge.signature).catch(() => {
    throw refused();
  });
}

function parse(proof: string): z.output<typeof sent> {
  try {
    return sent.parse(JSON.parse(proof));
  } catch {
    throw refused();
  }
}

const refused = () =>
  new AppError('FORBIDDEN', 'proof_refused', 'The check of your browser has run out. Try again.');
