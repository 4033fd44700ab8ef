import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { once } from '@/server/base/once';
import * as limits from '@/shared/limits';

const port = z.coerce.number().int().min(1).max(65_535);
const number = (value: number) => z.coerce.number().int().min(0).default(value);
const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALLOWED_ORIGINS: z.string().default(''),
  TRUSTED_PROXIES: number(0),
  FOYER_DATA_DIR: z.string().min(1).default('.foyer'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  DRAIN_NOTICE_MS: number(0).pipe(z.number().max(limits.drainNoticeMaxMs)),
  METRICS_TOKEN: z.string().min(16).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('foyer'),
  NEXTAUTH_SECRET: z.string().optional(),
  NEXTAUTH_SECRET_PREVIOUS: z.string().optional(),
  REGISTRATION: z.enum(['open', 'closed']).default('open'),
  ROOM_CREATION: z.enum(['everyone', 'accounts', 'admins']).default('everyone'),
  GITHUB_ID: z.string().optional(),
  GITHUB_SECRET: z.string().optional(),
  GOOGLE_ID: z.string().optional(),
  GOOGLE_SECRET: z.string().optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_ID: z.string().optional(),
  OIDC_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(40).default('Single sign-on'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SENDS_PER_SECOND: number(limits.sendBurstPerSecond),
  SENDS_PER_MINUTE: number(limits.sendsPerMinute),
  SENDS_PER_MINUTE_PER_ADDRESS: number(limits.sendsPerMinutePerAddress),
  EDITS_PER_MINUTE: number(limits.editsPerMinute),
  REACTIONS_PER_MINUTE: number(limits.reactionsPerMinute),
  CALLS_PER_SECOND_PER_ADDRESS: number(limits.callsPerSecondPerAddress),
  SIGNALS_PER_TEN_SECONDS: number(limits.signalsPerTenSeconds),
  CREATES_PER_MINUTE: number(limits.createsPerMinute),
  REPORTS_PER_MINUTE: number(limits.reportsPerMinute),
  NEW_VISITORS_FREE_PER_HOUR_PER_ADDRESS: number(limits.newVisitorsFreePerHourPerAddress),
  NEW_VISITORS_FREE_PER_HOUR_PER_NETWORK: number(limits.newVisitorsFreePerHourPerNetwork),
  NEW_VISITORS_FREE_PER_MINUTE: number(limits.newVisitorsFreePerMinute),
  LOOKUPS_PER_MINUTE: number(limits.lookupsPerMinute),
  SEARCHES_PER_MINUTE: number(limits.searchesPerMinute),
  NEW_VISITORS_PER_HOUR_PER_ADDRESS: number(limits.newVisitorsPerHourPerAddress),
  PROOF_OF_WORK_ITERATIONS: z.coerce.number().int().min(1).max(1_000_000).default(limits.proofIterations),
  SIGN_INS_PER_ACCOUNT: number(limits.signInsPerAccount),
  SIGN_INS_PER_ADDRESS: number(limits.signInsPerAddress),
  REGISTRATIONS_PER_HOUR_PER_ADDRESS: number(limits.registrationsPerHourPerAddress),
  EXPORTS_PER_HOUR: number(limits.exportsPerHour),
  SOCKETS_PER_ADDRESS: number(limits.socketsPerAddressMax),
  SOCKETS_PER_IDENTITY: number(limits.socketsPerIdentityMax),
  HANDSHAKES_PER_SECOND_PER_ADDRESS: number(limits.handshakesPerSecondPerAddress),
  HANDSHAKES_PER_SECOND: number(limits.handshakesPerSecond),
});

export type Env = z.output<typeof schema> & {
  isProduction: boolean;
  origins: ReadonlySet<string>;
  /** The address that people open, without a slash at its end. */
  baseUrl: string;
  /** Whether pages come over https, so that cookies can be bound to it. */
  isSecure: boolean;
  /** What sessions are signed with; those after the first are only believed. Never empty. */
  secrets: readonly [string, ...string[]];
};

/**
 * The settings of this process, checked.
 * @throws {Error} one sentence that names the wrong variable
 */
export const env = (): Env =>
  once('env', () => {
    const settings = readEnv(process.env);
    // NextAuth reads its own address from here, and would otherwise believe what a request says.
    process.env['NEXTAUTH_URL'] = settings.baseUrl;
    return settings;
  });

/** Checks settings; an empty value counts as unset. */
export function readEnv(variables: Record<string, string | undefined>): Env {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? '');
    const shown =
      /URL|_TOKEN|SECRET/.test(name) && name !== 'PUBLIC_URL' ? '' : ` (it is "${variables[name] ?? ''}")`;
    throw new Error(`The setting ${name}${shown} is wrong: ${issue?.message ?? 'not understood'}.`);
  }
  const values = parsed.data;
  if (!loopback.has(values.HOST) && !values.PUBLIC_URL)
    throw new Error(
      `HOST is ${values.HOST}, which other machines can reach: set PUBLIC_URL to the address people will open.`,
    );
  if (!loopback.has(values.HOST) && values.NODE_ENV === 'development')
    throw new Error('The development server only listens on this machine: leave HOST unset.');
  if (values.NODE_ENV === 'production') checkPasswords(values);
  for (const [name, parts] of Object.entries(providers)) {
    const given = parts.filter((part) => values[part]);
    const missing = parts.find((part) => !values[part]);
    if (given.length > 0 && missing)
      throw new Error(`Sign-in with ${name} is half set up: ${missing} is missing.`);
  }
  const baseUrl = (values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, '');
  return {
    ...values,
    isProduction: values.NODE_ENV === 'production',
    origins: originsOf(values),
    baseUrl,
    isSecure: baseUrl.startsWith('https:'),
    secrets: secretsOf(values),
  };
}

/** Passwords that everybody tries first. */
const known = new Set(['', 'postgres', 'password', 'foyer', 'redis', 'admin', 'root', 'secret', 'changeme']);

/** What another machine can reach must not stand open: Redis and the database hold everything there is. */
function checkPasswords(values: z.output<typeof schema>): void {
  for (const name of ['DATABASE_URL', 'REDIS_URL'] as const) {
    const text = values[name];
    if (!text) continue;
    const url = new URL(text);
    const isLocal = url.hostname === '' || loopback.has(url.hostname.replace(/^\[|\]$/g, ''));
    if (!isLocal && known.has(decodeURIComponent(url.password).toLowerCase()))
      throw new Error(
        `The setting ${name} names a server on another machine with no password, or one that everybody knows: give it a real one.`,
      );
  }
}

const providers = {
  GitHub: ['GITHUB_ID', 'GITHUB_SECRET'],
  Google: ['GOOGLE_ID', 'GOOGLE_SECRET'],
  'OpenID Connect': ['OIDC_ISSUER', 'OIDC_ID', 'OIDC_SECRET'],
} as const;

const secretMinChars = 32;
const secretMinKinds = 10;
const example = /change|secret|example|password|nextauth|foyer|0123456789|abcdef/i;

/** Outside production a process may make its own: its sessions end with it. */
function secretsOf(values: z.output<typeof schema>): [string, ...string[]] {
  const { NEXTAUTH_SECRET: secret, NEXTAUTH_SECRET_PREVIOUS: previous } = values;
  const isProduction = values.NODE_ENV === 'production';
  if (!secret && isProduction)
    throw new Error(
      'The setting NEXTAUTH_SECRET is missing: it signs sessions. Make one with "openssl rand -base64 32".',
    );
  const weak = Object.entries({ NEXTAUTH_SECRET: secret, NEXTAUTH_SECRET_PREVIOUS: previous }).find(
    ([, value]) => value && isWeak(value),
  );
  if (weak && isProduction)
    throw new Error(
      `The setting ${weak[0]} is weak: it needs ${secretMinChars} random characters. Make one with "openssl rand -base64 32".`,
    );
  return [secret ?? randomBytes(32).toString('base64url'), ...(previous ? [previous] : [])];
}

const isWeak = (secret: string) =>
  secret.length < secretMinChars || new Set(secret).size < secretMinKinds || example.test(secret);

function originsOf(values: z.output<typeof schema>): ReadonlySet<string> {
  const listed = values.ALLOWED_ORIGINS.split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  for (const origin of listed)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(`ALLOWED_ORIGINS holds "${origin}", which is no origin like https://chat.example.`);
  const own = values.PUBLIC_URL
    ? [new URL(values.PUBLIC_URL).origin]
    : ['localhost', '127.0.0.1', '[::1]'].map((host) => new URL(`http://${host}:${values.PORT}`).origin);
  return new Set([...own, ...listed]);
}
