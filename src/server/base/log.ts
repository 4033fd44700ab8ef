import { pino } from 'pino';
import { env } from '@/server/base/env';
import { once } from '@/server/base/once';

/** Structured log, one JSON line per event; secrets never enter it. */
export const log = () =>
  once('log', () =>
    pino({
      level: env().LOG_LEVEL,
      base: null,
      redact: ['secret', 'cookie', 'authorization', '*.secret', '*.cookie', '*.authorization'],
    }),
  );
