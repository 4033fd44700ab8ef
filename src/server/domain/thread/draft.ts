import { run, statement } from '@/server/base/db';
import { threadForRead } from '@/server/domain/thread/access';
import { publish } from '@/server/realtime/bus';
import type { DraftView, SaveDraftInput } from '@/shared/draft';
import { draftDaysKept, draftsListed } from '@/shared/limits';
import type { Viewer } from '@/shared/user';

/** Versions are given here, in the order in which the devices' words arrive: the last one counts. */
const save = statement<DraftView & { isNew: boolean }>(
  'draft-save',
  `with saved as (
    insert into drafts (user_id, thread_id, text) select $1, $2, $3
    where $3 <> '' or exists (select from drafts where user_id = $1 and thread_id = $2)
    on conflict (user_id, thread_id) do update set text = $3, version = drafts.version + 1, updated_at = now()
      where drafts.text <> $3
    returning thread_id, text, version
  )
  select thread_id as "threadId", text, version, true as "isNew" from saved
  union all
  select thread_id, text, version, false from drafts
  where user_id = $1 and thread_id = $2 and not exists (select from saved)`,
);

/**
 * Keeps what the viewer has typed in a thread; an empty text ends it. Saving the same again changes
 * nothing; a stranger's drafts stay in their browser, told by version 0.
 * @throws {AppError} NOT_FOUND
 */
export async function saveDraft(viewer: Viewer, { threadId, text }: SaveDraftInput): Promise<DraftView> {
  await threadForRead(viewer, { id: threadId });
  const none = { threadId, text, version: 0 };
  if (viewer.userId === null) return none;
  const row = (await run(save, [viewer.userId, threadId, text]))[0];
  if (!row) return none;
  const { isNew, ...draft } = row;
  if (isNew) publish(`user:${viewer.userId}`, { type: 'draft', draft });
  return draft;
}

const list = statement<DraftView>(
  'draft-list',
  `select thread_id as "threadId", text, version from drafts
   where user_id = $1 and updated_at > now() - ${draftDaysKept} * interval '1 day'
   order by updated_at desc limit ${draftsListed}`,
);

/** The viewer's newest drafts, the ended ones too, latest first. */
export async function listDrafts(viewer: Viewer): Promise<{ drafts: DraftView[] }> {
  return { drafts: viewer.userId === null ? [] : await run(list, [viewer.userId]) };
}
