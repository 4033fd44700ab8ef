import { env } from '@/server/base/env';
import { AppError, isAppError } from '@/server/base/errors';
import { consume, isSpent } from '@/server/base/rate-limit';
import { acceptProof, makeChallenge } from '@/server/auth/proof-of-work';

const hour = 3_600;
const isRefusal = (cause: unknown) => isAppError(cause) && cause.reason === 'too_fast';

/**
 * Whether one more new visitor may come from an address. Identities cost nothing, so what is limited is
 * where they come from: a few an hour walk in, more have to work for it, too many are refused. The same
 * holds for the wider network, and for the whole instance, without any end: there, work always helps.
 * @param proof of work, when there is one
 * @throws {AppError} PRECONDITION_REQUIRED with a challenge, TOO_MANY_REQUESTS, FORBIDDEN for a bad proof
 */
export async function admitNewVisitor(address: string, verifier: Buffer, proof?: string): Promise<void> {
  const purpose = { kind: 'new-visitor', address, verifier } as const;
  const total = env().NEW_VISITORS_PER_HOUR_PER_ADDRESS;
  const free = Math.min(total, env().NEW_VISITORS_FREE_PER_HOUR_PER_ADDRESS);
  const worked = { name: 'new-visitors', points: total - free, perSeconds: hour };
  if (proof !== undefined) {
    await acceptProof(proof, purpose);
    return consume(worked, address).catch((cause: unknown) => {
      throw isRefusal(cause) ? tooMany(cause) : cause;
    });
  }
  try {
    await consume({ name: 'new-visitors-free', points: free, perSeconds: hour }, address);
    await consume(
      {
        name: 'new-visitors-network',
        points: env().NEW_VISITORS_FREE_PER_HOUR_PER_NETWORK,
        perSeconds: hour,
      },
      networkOf(address),
    );
    await consume(
      { name: 'new-visitors-all', points: env().NEW_VISITORS_FREE_PER_MINUTE, perSeconds: 60 },
      '',
    );
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    // Nobody is asked to work for what would be refused.
    if (await isSpent(worked, address)) throw tooMany(cause);
    throw new AppError(
      'PRECONDITION_REQUIRED',
      'proof_of_work',
      'Many new visitors come from your network. Your browser has to show that it is not a robot.',
      { challenge: await makeChallenge(purpose) },
    );
  }
}

function tooMany(cause: unknown): AppError {
  const retryAfterMs = (isAppError(cause) && cause.retryAfterMs) || hour * 1_000;
  const minutes = Math.ceil(retryAfterMs / 60_000);
  return new AppError(
    'TOO_MANY_REQUESTS',
    'too_many_visitors',
    `Too many new visitors come from your network. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, or sign in.`,
    { retryAfterMs },
  );
}

/** The network that an address prefix lies in: 24 bits of IPv4, 48 of IPv6. */
export function networkOf(address: string): string {
  if (address.includes(':')) return `${address.split(':').slice(0, 3).join(':')}::/48`;
  return address.split('.').slice(0, 3).join('.');
}
