import { inTransaction, run, statement } from '@/server/base/db';
import { sqlState } from '@/server/base/errors';
import { v7 as newId } from 'uuid';

/** What a provider says of the person it vouches for. */
export type Vouched = {
  provider: string;
  providerAccountId: string;
  name: string;
  /** Null unless the provider has verified it. */
  email: string | null;
  /** As the provider says it, verified or not. */
  claimedEmail: string | null;
};

const find = statement<{ id: string }>(
  'provider-find',
  `select u.id from accounts a join users u on u.id = a.user_id
   where a.provider = $1 and a.provider_account_id = $2 and u.erased_at is null`,
);
const isTaken = statement<{ id: string }>('provider-email', 'select id from users where email = $1');
const make = statement<unknown>(
  'provider-make',
  `with made as (insert into users (id, kind, name, email) values ($1, 'registered', $2, $3) returning id)
   insert into accounts (provider, provider_account_id, user_id) select $4, $5, id from made`,
);
const wake = statement<unknown>(
  'provider-wake',
  'update users set deactivated_at = null where id = $1 and deactivated_at is not null',
);

/**
 * The account that a provider vouches for, made at the first time. An account with the same e-mail address
 * is never taken over: whoever controls a provider's account need not control that one.
 * @returns null when such an account stands in the way
 */
export async function signInByProvider(vouched: Vouched): Promise<string | null> {
  const { provider, providerAccountId, name, email, claimedEmail } = vouched;
  const known = (await run(find, [provider, providerAccountId]))[0];
  if (known) {
    await run(wake, [known.id]);
    return known.id;
  }
  if (claimedEmail && (await run(isTaken, [claimedEmail]))[0]) return null;
  const id = newId();
  try {
    await inTransaction((client) => run(make, [id, name, email, provider, providerAccountId], client));
    return id;
  } catch (cause) {
    if (sqlState(cause) !== '23505') throw cause;
    // Another sign-in of the same person was first, or the address was taken meanwhile.
    return (await run(find, [provider, providerAccountId]))[0]?.id ?? null;
  }
}
