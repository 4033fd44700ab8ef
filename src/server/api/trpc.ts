import { initTRPC, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { Context } from '@/server/api/context';
import { errorData, logError, toAppError } from '@/server/api/error-shape';
import { identityEnded, type Identity } from '@/server/auth/identity';
import { watchIdentity } from '@/server/auth/living';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { metrics } from '@/server/base/metrics';
import { once } from '@/server/base/once';
import { consume } from '@/server/base/rate-limit';
import { repeatedSecurityEvent } from '@/server/base/security-log';
import { inSpan } from '@/server/base/tracing';
import {
  eventStreamPingMs,
  eventStreamQuietMs,
  strangersTogether,
  subscriptionsPerSocketMax,
} from '@/shared/limits';

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const told = toAppError(error);
    const status = getHTTPStatusCodeFromError(new TRPCError({ code: told.code }));
    return { ...shape, message: told.message, data: errorData(told, status) };
  },
  sse: {
    ping: { enabled: true, intervalMs: eventStreamPingMs },
    client: { reconnectAfterInactivityMs: eventStreamQuietMs },
  },
});

export const { router, mergeRouters } = t;
export const createCallerFactory = t.createCallerFactory;

const toTrpcError = (told: AppError) =>
  new TRPCError({ code: told.code, message: told.message, cause: told });

/** Every call, in every transport: counted by address, its failure told in our words and logged once. */
const base = t.procedure.use(async ({ ctx, type, path, next }) => {
  try {
    if (ctx.from !== 'page')
      await consume(
        { name: 'calls', points: env().CALLS_PER_SECOND_PER_ADDRESS, perSeconds: 1 },
        ctx.identity.address,
      );
  } catch (cause) {
    const told = toAppError(cause);
    noteRefusal(ctx.identity, told, 'any');
    throw toTrpcError(told);
  }
  if (ctx.identity.isEnded) throw toTrpcError(identityEnded());
  let since = performance.now();
  const run = () => {
    since = performance.now();
    return inSpan(`trpc ${path}`, { 'rpc.system': 'trpc', 'rpc.method': path }, () => next());
  };
  // Answers are held in memory until they are taken: whoever takes none gets no more of them. Streams wait by themselves.
  const result = await (type === 'query' && ctx.connection ? ctx.connection.answer(run) : run());
  const told = result.ok ? null : await whyRefused(ctx.identity, toAppError(result.error));
  if (type !== 'subscription')
    metrics().calls.observe(
      { procedure: path, code: told?.code ?? 'OK' },
      (performance.now() - since) / 1000,
    );
  if (!told) return result;
  logError(told, path);
  noteRefusal(ctx.identity, told, path);
  throw toTrpcError(told);
});

/** What somebody must not do, or does too often, is worth a line; that they may not know a thing is not. */
function noteRefusal({ viewer, address }: Identity, { code, reason }: AppError, path: string): void {
  if (code !== 'FORBIDDEN' && code !== 'TOO_MANY_REQUESTS') return;
  const event = code === 'FORBIDDEN' ? 'refused' : 'limited';
  repeatedSecurityEvent(event, { userId: viewer.userId, address, path, reason });
}

/** Whoever was claimed or signed out meanwhile has no rights left: that is what a client has to know. */
async function whyRefused(identity: Identity, told: AppError): Promise<AppError> {
  if (told.code !== 'FORBIDDEN' && told.code !== 'NOT_FOUND') return told;
  const hasEnded = await identity.hasEnded().catch(() => false);
  return hasEnded ? identityEnded() : told;
}

export const publicProcedure = base;

/** Typing, deliveries, presence: counted by person, but not among their writes. */
export const signalProcedure = base.use(async ({ ctx, next }) => {
  await consume({ name: 'signals', points: env().SIGNALS_PER_TEN_SECONDS, perSeconds: 10 }, ctx.identity.key);
  return next();
});

/** A question asked while somebody types: counted by person. */
export const lookupProcedure = base.use(async ({ ctx, next }) => {
  await consume({ name: 'lookups', points: env().LOOKUPS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** Whoever has no row yet is counted together with their network. */
const searches = ({ viewer }: Identity) =>
  viewer.userId === null
    ? { name: 'searches-strangers', points: env().SEARCHES_PER_MINUTE * strangersTogether, perSeconds: 60 }
    : { name: 'searches', points: env().SEARCHES_PER_MINUTE, perSeconds: 60 };

/** A list, whose search goes through the titles or names of everything: searches are counted by person. */
export const searchProcedure = base.use(async ({ ctx, getRawInput, next }) => {
  const input = await getRawInput();
  if (typeof input === 'object' && input !== null && 'search' in input && input.search !== '')
    await consume(searches(ctx.identity), ctx.identity.key);
  return next();
});

/** A write: counted by person as well; the procedure asks `ctx.identity` for a viewer with a row. */
export const writeProcedure = base.use(async ({ ctx, next }) => {
  await consume({ name: 'writes', points: env().SENDS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

export const createProcedure = writeProcedure.use(async ({ ctx, next }) => {
  await consume({ name: 'creates', points: env().CREATES_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** A change of what one has written. */
export const editProcedure = writeProcedure.use(async ({ ctx, next }) => {
  await consume({ name: 'edits', points: env().EDITS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

export const reactProcedure = writeProcedure.use(async ({ ctx, next }) => {
  await consume({ name: 'reactions', points: env().REACTIONS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** A report: everybody can make work for moderators, so it is rationed apart. */
export const reportProcedure = writeProcedure.use(async ({ ctx, next }) => {
  await consume({ name: 'reports', points: env().REPORTS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** Keeping what is being typed: no write, and not to be counted as one. */
export const draftProcedure = base.use(async ({ ctx, next }) => {
  await consume({ name: 'drafts', points: env().SENDS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** A send: a burst, a minute, and a minute of the address. */
export const sendProcedure = writeProcedure.use(async ({ ctx, next }) => {
  const { key, address } = ctx.identity;
  await consume({ name: 'sends-burst', points: env().SENDS_PER_SECOND, perSeconds: 1 }, key);
  await consume(
    { name: 'sends-address', points: env().SENDS_PER_MINUTE_PER_ADDRESS, perSeconds: 60 },
    address,
  );
  return next();
});

/** What holds a stream's place on its connection. */
type StreamContext = Context & { release(): void };

/** Open streams that came without a socket, by address: each of them holds a connection as a socket does. */
const streamsByAddress = () => once('streams-by-address', () => new Map<string, number>());

/** Takes a place for a stream where there is one; the returned function gives it back. */
function takePlace({ connection, identity }: Context): () => void {
  if (connection) {
    if (connection.subscriptions >= subscriptionsPerSocketMax)
      throw tooManyStreams(subscriptionsPerSocketMax);
    connection.subscriptions++;
    return () => connection.subscriptions--;
  }
  const open = streamsByAddress();
  const count = open.get(identity.address) ?? 0;
  if (count >= env().SOCKETS_PER_ADDRESS) throw tooManyStreams(env().SOCKETS_PER_ADDRESS);
  open.set(identity.address, count + 1);
  return () => {
    const left = (open.get(identity.address) ?? 1) - 1;
    if (left > 0) open.set(identity.address, left);
    else open.delete(identity.address);
  };
}

const tooManyStreams = (limit: number) =>
  new AppError('TOO_MANY_REQUESTS', 'too_many', `At most ${limit} streams may be open at once.`);

/**
 * A stream: as many per connection as the limit says. Its place is taken before anything is awaited, so
 * that a flood of calls in one turn counts, and given back once: when the stream ends, or never begins.
 */
export const streamProcedure = base.use(async ({ ctx, signal, next }) => {
  const giveBack = takePlace(ctx);
  // A socket watches its person itself.
  const unwatch = ctx.connection ? null : watchIdentity(ctx.identity);
  let isHeld = true;
  const release = () => {
    if (isHeld) giveBack();
    unwatch?.();
    isHeld = false;
  };
  signal?.addEventListener('abort', release, { once: true });
  const result = await next({ ctx: { release } });
  if (!result.ok || signal?.aborted) release();
  return result;
});

/** Gives the stream's place back at its end and tells its failures in our words. */
export async function* asStream<T>(
  ctx: StreamContext,
  path: string,
  stream: AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  try {
    yield* stream;
    if (ctx.identity.isEnded) throw identityEnded();
  } catch (cause) {
    const told = toAppError(cause);
    logError(told, path);
    throw toTrpcError(told);
  } finally {
    ctx.release();
  }
}
