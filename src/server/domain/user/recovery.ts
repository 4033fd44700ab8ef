import { createHash, randomBytes } from 'node:crypto';
import { inTransaction, run, statement } from '@/server/base/db';
import { AppError, notFound, sqlState } from '@/server/base/errors';
import { spendSecret } from '@/server/domain/user/account';
import { publish } from '@/server/realtime/bus';
import type { Member } from '@/shared/user';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeChars = 26;
const context = 'foyer-recovery:v1:';

const setCode = statement<{ id: string }>(
  'recovery-set',
  `update users set recovery_verifier = $2 where id = $1 and kind = 'visitor' and claimed_by_id is null returning id`,
);
const byCode = statement<{ id: string; name: string }>(
  'recovery-find',
  `select id, name from users where recovery_verifier = $1 and kind = 'visitor' and claimed_by_id is null
     and deactivated_at is null for update`,
);
const rotate = statement<unknown>(
  'recovery-rotate',
  'update users set visitor_verifier = $2 where id = $1 and visitor_verifier is distinct from $2',
);

const verifierOf = (code: string) => createHash('sha256').update(context).update(code).digest();

/** 130 random bits, in letters and digits that are not taken for each other. */
function newCode(): string {
  let bits = 0n;
  for (const byte of randomBytes(17)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: codeChars }, (_, i) => alphabet[Number((bits >> BigInt(5 * i)) & 31n)]).join(
    '',
  );
}

/**
 * Makes the code that brings a visitor into another browser; the one before is worth nothing any more.
 * @returns the code, which is kept nowhere: only its verifier is
 */
export async function makeRecoveryCode(viewer: Member): Promise<{ code: string }> {
  const code = newCode();
  const [made] = await run(setCode, [viewer.userId, verifierOf(code)]);
  if (!made)
    throw new AppError('FORBIDDEN', 'not_allowed', 'An account needs no recovery code: it has a sign-in.');
  return { code };
}

/**
 * Moves the visitor of a code to another secret; the browser that had the old one is nobody's. Repeating it
 * with the same secret changes nothing.
 * @param verifier of a secret that nobody has
 * @throws {AppError} NOT_FOUND for a code that is none, CONFLICT when the secret is somebody's
 */
export async function recoverVisitor(code: string, verifier: Buffer): Promise<{ id: string; name: string }> {
  try {
    const visitor = await inTransaction(async (client) => {
      const [found] = await run(byCode, [verifierOf(code)], client);
      if (!found) throw notFound();
      const { rowCount } = await client.query(
        'select from users where id = $1 and visitor_verifier is distinct from $2',
        [found.id, verifier],
      );
      if (rowCount) await spendSecret(client, found.id, found.id);
      await run(rotate, [found.id, verifier], client);
      return found;
    });
    publish(`user:${visitor.id}`, { type: 'identity' });
    return visitor;
  } catch (cause) {
    if (sqlState(cause) === '23505')
      throw new AppError('CONFLICT', 'id_taken', 'This browser is somebody already. Try again.', { cause });
    throw cause;
  }
}
