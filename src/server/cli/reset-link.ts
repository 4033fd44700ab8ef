import { pool } from '@/server/base/db';
import { env } from '@/server/base/env';
import { makeResetLink } from '@/server/domain/user/one-time-link';
import { email } from '@/shared/account';
import { resetLinkMinutes } from '@/shared/limits';

/** Prints a link that sets a new password once. */
async function main(): Promise<number> {
  const address = email.safeParse(process.argv[2] ?? '');
  if (!address.success) {
    console.error('Whose password? npm run reset-link -- somebody@example.org');
    return 1;
  }
  const token = await makeResetLink(address.data);
  if (!token) {
    console.error('There is no account with this e-mail address.');
    return 1;
  }
  console.log(`This link sets a new password. It works once, for ${resetLinkMinutes} minutes:`);
  console.log(`${env().baseUrl}/reset#${token}`);
  return 0;
}

const code = await main();
await pool().end();
process.exit(code);
