import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { v7 as newId } from 'uuid';
import { noteDelivered } from '@/client/message/delivery';
import { readMoment, tellReadStates } from '@/client/thread/read-states';
import { trpc } from '@/client/trpc';
import type { ListedThread, ThreadRights, ThreadSummary } from '@/shared/thread';
import type { PersonView } from '@/shared/user';

export type ThreadPage = { threads: ThreadSummary[]; nextCursor: string | null };
/** Which threads a list shows. */
export type ThreadScope = { of: 'mine' | 'unread' | 'mentions' | 'all' } | { of: 'room'; roomId: string };

export const threadListKey = (scope: ThreadScope, search: string) =>
  ['threads', scope.of, scope.of === 'room' ? scope.roomId : null, search] as const;
export const threadKey = (shortId: string) => ['thread', shortId] as const;

const listSize = 40;

/** @param first the list that the server rendered, if any */
export function useThreads(scope: ThreadScope | null, search: string, first: ThreadPage | null) {
  return useInfiniteQuery({
    queryKey: scope ? threadListKey(scope, search) : ['threads', 'none'],
    enabled: scope !== null,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor }): Promise<ThreadPage> => {
      const asOf = readMoment();
      const { threads, nextCursor } = await readPage(scope, search, cursor);
      return { threads: threads.map((thread) => takeIn(thread, asOf)), nextCursor };
    },
    getNextPageParam: (page) => page.nextCursor,
    ...(first && !search && { initialData: { pages: [first], pageParams: [null] }, initialDataUpdatedAt: 0 }),
    placeholderData: (before) => before,
    // What is unread changes with every look at a thread, and who is called while nobody looks at the list.
    ...((scope?.of === 'unread' || scope?.of === 'mentions') && { staleTime: 0 }),
  });
}

function readPage(scope: ThreadScope | null, search: string, cursor: string | null) {
  if (scope && scope.of !== 'all' && scope.of !== 'room' && !search)
    return trpc().inbox.list.query({
      cursor,
      limit: listSize,
      ...(scope.of !== 'mine' && { [scope.of]: true }),
    });
  return trpc().thread.list.query({
    cursor,
    limit: listSize,
    ...(search && { search }),
    ...(scope?.of === 'room' && { roomId: scope.roomId }),
  });
}

/** The viewer's own state goes where all states are; lists keep what is the same for everybody. */
function takeIn<Thread extends ListedThread>({ readState, ...thread }: Thread, asOf: number) {
  tellReadStates([{ threadId: thread.id, readState }], asOf);
  if (readState?.following && readState.unread > 0) noteDelivered(thread.id, thread.seq);
  return thread;
}

export type ThreadWithRights = ThreadSummary & { rights: ThreadRights };

export function useThread(shortId: string | null, first: ThreadWithRights | null) {
  return useQuery({
    queryKey: threadKey(shortId ?? ''),
    queryFn: async (): Promise<ThreadWithRights> => {
      const asOf = readMoment();
      return takeIn(await trpc().thread.get.query({ shortId: shortId ?? '' }), asOf);
    },
    enabled: shortId !== null,
    ...(first && first.shortId === shortId && { initialData: first, initialDataUpdatedAt: 0 }),
  });
}

export function useCreateThread() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: { roomId: string; title: string } | { messageId: string }) =>
      trpc().thread.create.mutate({ id: newId(), ...input }),
    onSuccess: (thread) => mergeThreads(queryClient, [thread]),
  });
}

/** Somebody is called or looks otherwise now, wherever they said the last word. */
export function showPersonInLists(queryClient: QueryClient, person: PersonView): void {
  const named = <Thread extends ThreadSummary>(thread: Thread): Thread =>
    thread.lastMessage?.author.id === person.id
      ? { ...thread, lastMessage: { ...thread.lastMessage, author: person } }
      : thread;
  queryClient.setQueriesData<ThreadPages>(
    { queryKey: ['threads'] },
    (data) =>
      data && { ...data, pages: data.pages.map((page) => ({ ...page, threads: page.threads.map(named) })) },
  );
  queryClient.setQueriesData<ThreadWithRights>({ queryKey: ['thread'] }, (known) => known && named(known));
}

type ThreadPages = InfiniteData<ThreadPage, string | null>;

/** The threads in the lists on the screen; of one kind of list, or of all. */
export function listedThreadIds(queryClient: QueryClient, of?: ThreadScope['of']): Set<string> {
  const queries = queryClient
    .getQueryCache()
    .findAll({ queryKey: of ? ['threads', of] : ['threads'], type: 'active' });
  const pages = queries.flatMap((query) => (query.state.data as ThreadPages | undefined)?.pages ?? []);
  return new Set(pages.flatMap((page) => page.threads.map((thread) => thread.id)));
}

/** Whether a list of this kind is on the screen. */
export const isListed = (queryClient: QueryClient, of: ThreadScope['of']): boolean =>
  queryClient.getQueryCache().find({ queryKey: ['threads', of], exact: false, type: 'active' }) !== undefined;

/** Every thread that a list of this page holds, on the screen or not; latest message first. */
export function listedThreads(queryClient: QueryClient): ThreadSummary[] {
  const found = queryClient.getQueriesData<ThreadPages>({ queryKey: ['threads'] });
  const threads = found.flatMap(([, data]) => data?.pages.flatMap((page) => page.threads) ?? []);
  return [...new Map(threads.map((thread) => [thread.id, thread])).values()].toSorted(newestFirst);
}

const newestFirst = (a: ThreadSummary, b: ThreadSummary) =>
  b.lastMessageAt.localeCompare(a.lastMessageAt) || b.id.localeCompare(a.id);

const newerOf = (known: ThreadSummary | undefined, told: ThreadSummary) =>
  known && (known.rev > told.rev || (known.rev === told.rev && known.headRev > told.headRev)) ? known : told;

/** Deleted while this page is open: news of them that come late bring nothing back. */
const gone = new Set<string>();

/** Takes deleted threads out of every list. */
export function dropThreads(queryClient: QueryClient, threads: readonly { id: string }[]): void {
  for (const { id } of threads) gone.add(id);
  queryClient.setQueriesData<ThreadPages>({ queryKey: ['threads'] }, (data) => {
    if (!data?.pages.some((page) => page.threads.some((thread) => gone.has(thread.id)))) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      threads: page.threads.filter((thread) => !gone.has(thread.id)),
    }));
    return { ...data, pages };
  });
}

/**
 * Puts the newest state of these threads into every list that shows them. Hints may come late or
 * twice: an older state never replaces a newer one.
 */
export function mergeThreads(queryClient: QueryClient, news: ThreadSummary[]): void {
  const told = news.filter((thread) => !gone.has(thread.id));
  for (const thread of told)
    queryClient.setQueryData<ThreadWithRights>(
      threadKey(thread.shortId),
      (known) => known && { ...newerOf(known, thread), rights: known.rights },
    );
  for (const query of queryClient.getQueryCache().findAll({ queryKey: ['threads'] })) {
    const [, scope, roomId, search] = query.queryKey as ReturnType<typeof threadListKey>;
    queryClient.setQueryData<ThreadPages>(query.queryKey, (data) => {
      if (!data) return data;
      const byId = new Map(data.pages.flatMap((page) => page.threads).map((thread) => [thread.id, thread]));
      const belongs = (thread: ThreadSummary) => {
        if (byId.has(thread.id)) return true;
        if (search || thread.archivedAt) return false;
        if (scope === 'room') return thread.roomId === roomId;
        return scope === 'all';
      };
      const relevant = told.filter(belongs);
      if (relevant.length === 0) return data;
      for (const thread of relevant) byId.set(thread.id, newerOf(byId.get(thread.id), thread));
      return {
        ...data,
        pages: reflow(
          data.pages,
          [...byId.values()].filter((thread) => !thread.archivedAt).toSorted(newestFirst),
        ),
      };
    });
  }
}

/** Pages keep their sizes and cursors; the first takes what is new. */
function reflow(pages: ThreadPage[], threads: ThreadSummary[]): ThreadPage[] {
  const extra = threads.length - pages.reduce((sum, page) => sum + page.threads.length, 0);
  let from = 0;
  return pages.map((page, i) => {
    const size = page.threads.length + (i === 0 ? Math.max(0, extra) : 0);
    const slice = threads.slice(from, from + size);
    from += size;
    return { ...page, threads: slice };
  });
}
