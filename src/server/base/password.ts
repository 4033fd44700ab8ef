import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '@/server/base/errors';
import { once } from '@/server/base/once';
import { hashesAtOnce, hashesWaitingMax } from '@/shared/limits';

/** Argon2id as OWASP names it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

type Turns = { running: number; waiting: (() => void)[] };
const turns = () => once<Turns>('password-turns', () => ({ running: 0, waiting: [] }));

/** A flood of sign-ins must not take all memory and cores: the rest waits, and too many are refused. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const state = turns();
  if (state.running >= hashesAtOnce) {
    if (state.waiting.length >= hashesWaitingMax)
      throw new AppError('SERVICE_UNAVAILABLE', 'busy', 'Too many people sign in just now. Try again soon.', {
        retryAfterMs: 2_000,
      });
    // Whoever ends hands its place on, so `running` stays as it is.
    await new Promise<void>((resolve) => state.waiting.push(resolve));
  } else state.running++;
  try {
    return await work();
  } finally {
    const next = state.waiting.shift();
    if (next) next();
    else state.running--;
  }
}

/** The same characters, however a keyboard composes them. */
const normalised = (password: string) => password.normalize('NFKC');

/** @returns an Argon2id hash with a salt of its own */
export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => hash(normalised(password), cost));

const nobody = () => once('password-nobody', () => hash(randomBytes(16), cost));

/**
 * Whether a password fits a hash. Without a hash it takes just as long and is false, so that the time
 * does not tell whether there is an account.
 */
export async function fitsPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const against = passwordHash ?? (await nobody());
  const fits = await inTurn(() => verify(against, normalised(password)));
  return fits && passwordHash !== null;
}
