'use client';

import { Later, useLater } from '@/client/lib/later';
import { useSession } from '@/client/user/use-me';

const question = new Later(() => import('@/client/inbox/claim-question'));

/** After signing in: asks whether what the visitor of this browser wrote belongs to the account. */
export function Claim() {
  const session = useSession();
  const [visitor, me] = [session?.visitor, session?.me];
  // Nobody pressed anything: it is fetched until it is there, without a word.
  const code = useLater(question, Boolean(visitor && me));
  return code && visitor && me && <code.ClaimQuestion visitor={visitor} accountId={me.id} />;
}
