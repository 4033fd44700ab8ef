import type { ErrorCode, ErrorReason } from '@/shared/error-code';

const brand = Symbol.for('foyer.AppError');

/** The only error that a person is shown; anything else becomes a plain INTERNAL_SERVER_ERROR. */
export class AppError extends Error {
  readonly [brand] = true;
  readonly retryAfterMs?: number;
  /** What a browser has to solve first, as JSON. */
  readonly challenge?: string;

  constructor(
    readonly code: ErrorCode,
    readonly reason: ErrorReason,
    message: string,
    options: { retryAfterMs?: number; challenge?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.challenge = options.challenge;
  }
}

/** By its brand: Next's copies of this module have classes of their own. */
export const isAppError = (cause: unknown): cause is AppError =>
  typeof cause === 'object' && cause !== null && brand in cause;

/** One sentence for everything that the caller may not know, so that it tells nothing. */
export const notFound = () =>
  new AppError('NOT_FOUND', 'not_found', 'There is nothing here, or it is not open to you.');

export const unavailable = (cause?: unknown) =>
  new AppError(
    'SERVICE_UNAVAILABLE',
    'unavailable',
    'The server cannot reach its database. Nothing was lost: try again in a moment.',
    {
      retryAfterMs: 1_000,
      cause,
    },
  );

export const busy = () =>
  new AppError(
    'SERVICE_UNAVAILABLE',
    'busy',
    'The server has more to do than it can. Nothing was lost: try again in a moment.',
    { retryAfterMs: 1_000 },
  );

/** PostgreSQL's SQLSTATE of an error from `pg`, or of the one that Prisma wraps. */
export function sqlState(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  if ('code' in cause && typeof cause.code === 'string' && /^[0-9A-Z]{5}$/.test(cause.code))
    return cause.code;
  if ('cause' in cause) return sqlState(cause.cause);
  return undefined;
}

/** Failures of the link or of the server's resources: the same call may succeed later. */
export function isTransient(cause: unknown): boolean {
  if (isAppError(cause)) return cause.code === 'SERVICE_UNAVAILABLE';
  const state = sqlState(cause);
  if (state) return /^(08|53|57|58|40|25P02|55P03)/.test(state);
  return (
    cause instanceof Error &&
    /ECONN|EPIPE|ETIMEDOUT|EMFILE|ENFILE|timeout|terminated|Connection ended|not queryable|after calling end/i.test(
      `${'code' in cause ? String(cause.code) : ''} ${cause.message}`,
    )
  );
}

/** Whether the database ended a statement because others were in its way: nothing of it was done. */
export const wasInTheWay = (cause: unknown): boolean => /^(40|55P03)/.test(sqlState(cause) ?? '');
