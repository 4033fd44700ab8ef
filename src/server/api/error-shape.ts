import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AppError, isAppError, isTransient, unavailable } from '@/server/base/errors';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { Outage } from '@/server/base/outage';
import { errorCodes, type ErrorCode, type ErrorData } from '@/shared/error-code';

/** tRPC's own errors that stand for one of ours. */
const aliases: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'BAD_REQUEST',
  UNPROCESSABLE_CONTENT: 'BAD_REQUEST',
};

const isListed = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code);

/** Turns whatever a procedure threw into the error that its caller is told, once for all transports. */
export function toAppError(cause: unknown): AppError {
  if (isAppError(cause)) return cause;
  if (cause instanceof TRPCError) {
    if (isAppError(cause.cause)) return cause.cause;
    if (cause.cause && isTransient(cause.cause)) return unavailable(cause.cause);
    const code = aliases[cause.code] ?? cause.code;
    if (isListed(code) && code !== 'INTERNAL_SERVER_ERROR') return clientError(code, cause);
  }
  if (isTransient(cause)) return unavailable(cause);
  return new AppError(
    'INTERNAL_SERVER_ERROR',
    'internal',
    'Something went wrong on the server. It was logged.',
    { cause },
  );
}

/** What tRPC itself refuses, in our words. */
const transportWords: Partial<Record<ErrorCode, string>> = {
  BAD_REQUEST: 'The request is not understood.',
  NOT_FOUND: 'There is no such procedure.',
  METHOD_NOT_SUPPORTED: 'A read is asked for by GET, a write by POST.',
};

function clientError(code: ErrorCode, error: TRPCError): AppError {
  if (error.cause instanceof ZodError) {
    const { field, message } = inputProblem(error.cause);
    return new AppError(code, 'input', field ? `"${field}": ${message}` : message, { cause: error.cause });
  }
  return new AppError(code, 'transport', transportWords[code] ?? error.message);
}

/** The first thing that is wrong with an input; of several shapes, with the one that came closest. */
function inputProblem(error: ZodError): { field: string; message: string } {
  let issue = error.issues[0];
  while (issue?.code === 'invalid_union' && issue.errors[0])
    issue = issue.errors.reduce((a, b) => (b.length < a.length ? b : a))[0];
  // What zod says may repeat what was sent, and ends without a full stop.
  const text = (issue?.message ?? 'The input is not understood').slice(0, 200);
  return { field: issue?.path.map(String).join('.') ?? '', message: /[.!?]$/.test(text) ? text : `${text}.` };
}

export function errorData(error: AppError, httpStatus: number): ErrorData {
  const field = error.cause instanceof ZodError ? inputProblem(error.cause).field : '';
  return {
    code: error.code,
    reason: error.reason,
    httpStatus,
    ...(field && { field }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: Math.ceil(error.retryAfterMs) }),
    ...(error.challenge !== undefined && { challenge: error.challenge }),
  };
}

/** Errors that nobody outside caused are logged with their cause; the others are the callers' own. */
export function logError(error: AppError, path: string | undefined): void {
  if (error.code === 'INTERNAL_SERVER_ERROR')
    log().error({ err: error.cause ?? error, path }, 'a call failed');
  else if (error.code === 'SERVICE_UNAVAILABLE')
    database().touch({ err: error.cause, path, reason: error.reason });
}

/** Every call fails then, and one line says it. */
const database = () =>
  once(
    'database-outage',
    () =>
      new Outage<object>({
        onBegin: (what) => log().warn(what, 'calls are told to come back: the database is away or busy'),
        onOver: () => log().warn('calls are answered again'),
      }),
  );
