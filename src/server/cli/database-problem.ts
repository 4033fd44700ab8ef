import { sqlState } from '@/server/base/errors';

type Failure = { code?: unknown; message?: unknown };

const full = 'The disk of the database is full. Nothing was lost: free some space there and start again.';

/**
 * Why a database cannot be used, in one sentence that names what to change and never the password.
 * @param cause what connecting, migrating or a first query threw
 * @param url the database's URL
 */
export function databaseProblem(cause: unknown, url: string): string {
  const { hostname, port, username, pathname } = new URL(url);
  const place = `${hostname}:${port || '5432'}`;
  const user = decodeURIComponent(username);
  const name = decodeURIComponent(pathname.slice(1));
  const { code, message } = (cause ?? {}) as Failure;
  // Prisma's engine adds the trace of its own code.
  const text = (
    String(message ?? cause)
      .trim()
      .split('\n')[0] ?? ''
  ).replace(/^ERROR: /, '');
  const tooFewRights = `The user "${user}" has too few rights on the database "${name}" at ${place}: make it the database's owner (${text}).`;

  switch (sqlState(cause)) {
    case '28P01':
      return `The database at ${place} does not accept the password of the user "${user}": correct DATABASE_URL.`;
    case '28000':
      return `The database at ${place} does not let the user "${user}" in: correct DATABASE_URL, or its pg_hba.conf.`;
    case '3D000':
      return `The database at ${place} has no database "${name}": create it, or correct DATABASE_URL.`;
    case '42501':
      return tooFewRights;
    case '53100':
      return full;
    case '53300':
      return `The database at ${place} has no connection left: raise its max_connections, or lower DATABASE_POOL.`;
    case '57P03':
      return `The database at ${place} is just starting or stopping: try again in a moment.`;
    case '25006':
      return `The database at ${place} is read-only: name the primary server in DATABASE_URL.`;
    default:
  }
  if (/ENOSPC|No space left on device/.test(text)) return full;
  if (/read-only transaction/.test(text))
    return `The database at ${place} is read-only: name the primary server in DATABASE_URL.`;
  if (/permission denied/.test(text)) return tooFewRights;
  if (code === 'ECONNREFUSED')
    return `The database at ${place} does not answer: nothing listens there. Start it, or correct DATABASE_URL.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host "${hostname}" in DATABASE_URL is not known: correct it, or check the network.`;
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || /timeout/i.test(text))
    return `The database at ${place} does not answer in time: check that it runs, and that no firewall is in between.`;
  if (/SSL|certificate|self[- ]signed/i.test(text))
    return `The database at ${place} could not be reached safely (${text}): correct sslmode in DATABASE_URL.`;
  if (code === 'ECONNRESET' || /Connection terminated/.test(text))
    return `What listens at ${place} closed the connection: is it really PostgreSQL?`;
  return `The database at ${place} could not be prepared: ${text}`;
}
