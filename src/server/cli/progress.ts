import { env } from '@/server/base/env';
import { isTransient, sqlState } from '@/server/base/errors';
import { databaseProblem } from '@/server/cli/database-problem';

const rewriteMs = 100;
const plainMs = 3_000;
const barWidth = 24;
const whole = new Intl.NumberFormat('en');

export const formatCount = (n: number) => whole.format(Math.round(n));
export const perSecond = (n: number, ms: number) => formatCount((n / Math.max(ms, 1)) * 1_000);

/**
 * Shows on stderr how far a long command is: one line that is rewritten on a terminal, else a plain
 * line every three seconds.
 * @param options.unit what is counted, in the plural
 */
export function startProgress(options: { total: number; unit: string; out?: NodeJS.WriteStream }) {
  const out = options.out ?? process.stderr;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let done = 0;
  let shownAt = startedAt;
  const show = () => {
    const share = options.total === 0 ? 1 : Math.min(1, done / options.total);
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    const text = `${formatCount(done)} of ${formatCount(options.total)} ${options.unit}, ${perSecond(done, elapsedMs())} a second`;
    const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
    out.write(out.isTTY ? `\r\u001b[K${bar} ${percent}  ${text}` : `${percent}  ${text}\n`);
  };
  return {
    add(n: number) {
      done += n;
      if (performance.now() - shownAt < (out.isTTY ? rewriteMs : plainMs)) return;
      shownAt = performance.now();
      show();
    },
    /** Ends the line. @returns the time since the start, milliseconds */
    end(): number {
      if (out.isTTY) {
        show();
        out.write('\n');
      }
      return elapsedMs();
    },
  };
}

/** What the person at the command line did wrong, or has to do: one sentence, shown without a stack. */
export class UsageError extends Error {}

/** Runs a command; a failure that one sentence explains is printed as that, and the exit code is 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (cause) {
    console.error(sentenceOf(cause) ?? cause);
    process.exitCode = 1;
  }
}

function sentenceOf(cause: unknown): string | null {
  if (cause instanceof UsageError) return cause.message;
  if (cause instanceof Error && cause.message.startsWith('The setting ')) return cause.message;
  if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS'))
    return `${cause.message.split('. ')[0]}.`;
  const state = sqlState(cause);
  if (state === '42P01')
    return 'The database has no tables of Foyer yet: run `npm start` once, which makes them.';
  return state || isTransient(cause) || isUnknownHost(cause)
    ? databaseProblem(first(cause), env().DATABASE_URL)
    : null;
}

/** A host with several addresses fails with an error for each. */
const first = (cause: unknown): unknown =>
  cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause;

const isUnknownHost = (cause: unknown) =>
  cause instanceof Error &&
  'code' in cause &&
  /^(EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/.test(String(cause.code));
