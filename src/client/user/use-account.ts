import { useQuery } from '@tanstack/react-query';
import { trpc } from '@/client/trpc';
import { useMe } from '@/client/user/use-me';
import type { AccountView } from '@/shared/account';

/** What the person at this browser may know of themselves alone; null for somebody who has written nothing yet. */
export function useAccount(): AccountView | null | undefined {
  const me = useMe();
  const { data } = useQuery({
    queryKey: ['account', me?.id ?? null],
    queryFn: () => trpc().user.account.query(),
    enabled: me !== null,
  });
  return data;
}
