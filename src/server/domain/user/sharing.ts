import { run, statement } from '@/server/base/db';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import { publish } from '@/server/realtime/bus';
import type { Member, Sharing } from '@/shared/user';

export const sharingColumns = `shows_receipts as "showsReceipts", shows_typing as "showsTyping", shows_presence as "showsPresence"`;
const byIds = statement<Sharing & { userId: string }>(
  'sharing',
  `select id as "userId", ${sharingColumns} from users where id = any($1::uuid[])`,
);
const people = () =>
  once(
    'sharing-together',
    () =>
      new Together<string, Sharing & { userId: string }>({
        keyOf: (userId) => userId,
        read: (userIds) => run(byIds, [userIds]),
        keyOfRow: ({ userId }) => userId,
      }),
  );
const update = statement<Sharing>(
  'sharing-update',
  `update users set shows_receipts = coalesce($2, shows_receipts), shows_typing = coalesce($3, shows_typing),
     shows_presence = coalesce($4, shows_presence),
     last_seen_at = case when $4 is false then null else last_seen_at end
   where id = $1 returning ${sharingColumns}`,
);

/** Strangers and people who are gone: they may see who types, as everybody before the same page does. */
const ofNobody: Sharing = { showsReceipts: false, showsTyping: true, showsPresence: false };

/** What a person lets others see, and so sees of them. */
export async function readSharing(userId: string | null): Promise<Sharing> {
  if (userId === null) return ofNobody;
  const row = await people().ask(userId);
  if (!row) return ofNobody;
  const { userId: _, ...sharing } = row;
  return sharing;
}

const lastSeen = statement<unknown>(
  'last-seen',
  `update users set last_seen_at = now()
   where id = any($1::uuid[]) and shows_presence and coalesce(last_seen_at, '-infinity') < now() - interval '30 seconds'`,
);

/** These people were here just now; of one who hides that, nothing is kept. */
export async function writeLastSeen(userIds: string[]): Promise<void> {
  await run(lastSeen, [userIds]);
}

/** Changes what is given; everybody who sees something of the viewer now hears of it at once. */
export async function updateSharing(
  viewer: Member,
  input: { [Key in keyof Sharing]?: boolean | undefined },
): Promise<Sharing> {
  const { showsReceipts = null, showsTyping = null, showsPresence = null } = input;
  const [sharing] = await run(update, [viewer.userId, showsReceipts, showsTyping, showsPresence]);
  if (!sharing) throw new Error('The viewer has no row.');
  for (const topic of ['people', `user:${viewer.userId}`] as const)
    publish(topic, { type: 'sharing', userId: viewer.userId, sharing });
  return sharing;
}
