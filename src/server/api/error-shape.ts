import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AppError, isAppError, isTransient, unavailable } from '@/server/base/errors';
import { log } from '@/server/base/log';
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
  return new AppError('INTERNAL_SERVER_ERROR', 'internal', 'Something went wrong on the server. It was logged.', { cause });
}

function clientError(code: ErrorCode, error: TRPCError): AppError {
  if (error.cause instanceof ZodError) {
    const issue = error.cause.issues[0];
    const field = issue?.path.map(String).join('.');
    return new AppError(code, 'input', `${field ? `"${field}": ` : ''}${issue?.message ?? 'The input is not understood.'}`, { cause: error.cause });
  }
  if (code === 'NOT_FOUND') return new AppError(code, 'transport', 'There is no such procedure.');
  return new AppError(code, 'transport', code === 'BAD_REQUEST' ? 'The request is not understood.' : error.message);
}

export function errorData(error: AppError, httpStatus: number): ErrorData {
  const issue = error.cause instanceof ZodError ? error.cause.issues[0] : undefined;
  const field = issue?.path.map(String).join('.');
  return {
    code: error.code,
    reason: error.reason,
    httpStatus,
    ...(field && { field }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: Math.ceil(error.retryAfterMs) }),
  };
}

/** Errors that nobody outside caused are logged with their cause; the others are the callers' own. */
export function logError(error: AppError, path: string | undefined): void {
  if (error.code === 'INTERNAL_SERVER_ERROR') log().error({ err: error.cause ?? error, path }, 'a call failed');
  else if (error.code === 'SERVICE_UNAVAILABLE') log().warn({ err: error.cause, path }, 'the database is away');
}
