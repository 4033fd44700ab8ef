import { pino, type DestinationStream } from 'pino';
import { env } from '@/server/base/env';
import { safeError } from '@/server/base/log-error';
import { metrics } from '@/server/base/metrics';
import { once } from '@/server/base/once';
import { logWaitingMaxChars } from '@/shared/limits';

const stdout = 1;

/** Structured log, one JSON line per event; secrets never enter it. */
export const log = () => once('log', () => logTo(stdout, env().LOG_LEVEL));

/**
 * A log whose place cannot be written to (a full disk, say) must end nothing: lines wait for the next one, up
 * to a limit, and those past it are lost and counted.
 */
export function logTo(place: number | string, level: string) {
  const out = pino.destination({ dest: place, sync: true, maxLength: logWaitingMaxChars });
  out.on('error', () => metrics().logFailures.inc());
  out.on('drop', () => metrics().logFailures.inc());
  return makeLog(level, out);
}

export const makeLog = (level: string, out: DestinationStream) =>
  pino(
    {
      level,
      base: null,
      serializers: { err: (cause: unknown) => safeError(cause) },
      redact: ['secret', 'cookie', 'authorization', '*.secret', '*.cookie', '*.authorization'],
    },
    out,
  );
