import { pino, type DestinationStream } from 'pino';
import { env } from '@/server/base/env';
import { safeError } from '@/server/base/log-error';
import { once } from '@/server/base/once';

/** Structured log, one JSON line per event; secrets never enter it. */
export const log = () => once('log', () => makeLog(env().LOG_LEVEL));

/** @param to where its lines go instead of standard output */
export const makeLog = (level: string, to?: DestinationStream) =>
  pino(
    {
      level,
      base: null,
      serializers: { err: (cause: unknown) => safeError(cause) },
      redact: ['secret', 'cookie', 'authorization', '*.secret', '*.cookie', '*.authorization'],
    },
    ...(to ? [to] : []),
  );
