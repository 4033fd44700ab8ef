import { initTRPC, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { Context } from '@/server/api/context';
import { errorData, logError, toAppError } from '@/server/api/error-shape';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { consume } from '@/server/base/rate-limit';
import { subscriptionsPerSocketMax } from '@/shared/limits';

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const told = toAppError(error);
    const status = getHTTPStatusCodeFromError(new TRPCError({ code: told.code }));
    return { ...shape, message: told.message, data: errorData(told, status) };
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 35_000 } },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const toTrpcError = (told: AppError) => new TRPCError({ code: told.code, message: told.message, cause: told });

/** Every call, in every transport: counted by address, its failure told in our words and logged once. */
const base = t.procedure.use(async ({ ctx, path, next }) => {
  try {
    if (ctx.from !== 'page')
      await consume({ name: 'calls', points: env().CALLS_PER_SECOND_PER_ADDRESS, perSeconds: 1 }, ctx.identity.address);
  } catch (cause) {
    throw toTrpcError(toAppError(cause));
  }
  const result = await next();
  if (result.ok) return result;
  const told = toAppError(result.error);
  logError(told, path);
  throw toTrpcError(told);
});

export const publicProcedure = base;

/** A write: counted by person as well; the procedure asks `ctx.identity` for a viewer with a row. */
export const writeProcedure = base.use(async ({ ctx, next }) => {
  await consume({ name: 'writes', points: env().SENDS_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

export const createProcedure = writeProcedure.use(async ({ ctx, next }) => {
  await consume({ name: 'creates', points: env().CREATES_PER_MINUTE, perSeconds: 60 }, ctx.identity.key);
  return next();
});

/** A send: a burst, a minute, and a minute of the address. */
export const sendProcedure = writeProcedure.use(async ({ ctx, next }) => {
  const { key, address } = ctx.identity;
  await consume({ name: 'sends-burst', points: env().SENDS_PER_SECOND, perSeconds: 1 }, key);
  await consume({ name: 'sends-address', points: env().SENDS_PER_MINUTE_PER_ADDRESS, perSeconds: 60 }, address);
  return next();
});

/** A stream: as many per connection as the limit says. What its generator throws is mapped as well. */
export const streamProcedure = base.use(async ({ ctx, next }) => {
  if (ctx.connection && ctx.connection.subscriptions >= subscriptionsPerSocketMax)
    throw new AppError('TOO_MANY_REQUESTS', 'too_many', `At most ${subscriptionsPerSocketMax} streams per connection.`);
  return next();
});

/** Counts an open stream on its connection and tells its failures in our words. */
export async function* asStream<T>(ctx: Context, path: string, stream: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  if (ctx.connection) ctx.connection.subscriptions++;
  try {
    yield* stream;
  } catch (cause) {
    const told = toAppError(cause);
    logError(told, path);
    throw toTrpcError(told);
  } finally {
    if (ctx.connection) ctx.connection.subscriptions--;
  }
}
