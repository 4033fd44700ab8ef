import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { appRole } from '@/server/base/app-role';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const compose = read('docker-compose.yml');
const dockerfile = read('Dockerfile');
const nginx = read('deploy/nginx.conf');

/** The text of one service. */
function service(name: string): string {
  const text = new RegExp(`^  ${name}:(.*(?:\\n(?:    .*)?)*)`, 'm').exec(compose)?.[1];
  if (text === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return text;
}
const names = [...compose.slice(compose.indexOf('\nservices:')).matchAll(/^ {2}([a-z][a-z0-9-]*):/gm)].map(
  ([, name]) => name ?? '',
);

describe('the image', () => {
  it('S119: runs as nobody special, opens one port, and says whether it is healthy', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect([...last.matchAll(/^EXPOSE (.+)$/gm)].map(([, port]) => port)).toEqual(['3000']);
    expect(last).toMatch(/^HEALTHCHECK .*\n.*\/api\/ready/m);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last.slice(last.indexOf('USER node'))).not.toMatch(/^(RUN|COPY|ADD) /m);
  });

  it('builds by the command that everybody builds with, and holds what the server reads at run time', () => {
    expect(dockerfile).toMatch(/^RUN node bin\/foyer\.mjs build\b/m);
    const copied = [...dockerfile.slice(dockerfile.lastIndexOf('FROM ')).matchAll(/^COPY (.+)$/gm)].join(
      '\n',
    );
    for (const part of ['node_modules', '.next', 'dist', 'prisma', 'package.json', 'next.config.ts'])
      expect(copied).toContain(part);
    const build = read('bin/build.mjs');
    for (const program of [
      ...compose.matchAll(/dist\/([a-z]+)\.mjs/g),
      ...dockerfile.matchAll(/dist\/([a-z]+)\.mjs/g),
    ])
      expect(build).toContain(`${program[1] ?? ''}: 'src/server/`);
  });
});

describe('the compose file', () => {
  const instances = names.filter((name) => /^foyer-\d$/.test(name));

  it('has three instances behind a balancer that knows them all', () => {
    expect(names.filter((name) => !['postgres-data'].includes(name))).toEqual(
      expect.arrayContaining(['postgres', 'redis', 'migrate', 'foyer-1', 'foyer-2', 'foyer-3', 'balancer']),
    );
    for (const name of instances) {
      expect(service(name)).toContain('*foyer');
      expect(nginx).toContain(`server ${name}:3000 `);
      expect(service('balancer')).toContain(`${name}: { condition: service_healthy }`);
    }
  });

  it('S119: gives its file system to nobody, and only the balancer a port', () => {
    const shared = compose.slice(compose.indexOf('x-foyer:'), compose.indexOf('\nservices:'));
    for (const line of ['read_only: true', 'cap_drop: [ALL]', "'no-new-privileges:true'"])
      expect(shared).toContain(line);
    expect(names.filter((name) => /^ {4}ports:/m.test(service(name)))).toEqual(['balancer']);
    expect(shared).not.toContain('ports:');
  });

  it('S117: has no password of its own, and starts with none missing', () => {
    for (const name of [
      'POSTGRES_PASSWORD',
      'APP_PASSWORD',
      'REDIS_PASSWORD',
      'NEXTAUTH_SECRET',
      'PUBLIC_URL',
    ])
      expect(compose).toMatch(new RegExp(`\\$\\{${name}:\\?`));
    expect(compose).not.toMatch(/PASSWORD: [^$\s]/);
    expect(compose).toContain(`postgresql://${appRole}:`);
    expect(service('migrate')).toContain('APP_PASSWORD: ${APP_PASSWORD:?');
    expect(service('postgres')).not.toContain('APP_PASSWORD');
    expect(read('bin/database.mjs')).toContain(`username: '${appRole}'`);
  });

  it('waits for what must be there first, and asks each how it is', () => {
    for (const name of ['postgres', 'redis', 'balancer']) expect(service(name)).toContain('healthcheck:');
    expect(compose).toContain('migrate: { condition: service_completed_successfully }');
    expect(service('migrate')).toContain('postgres: { condition: service_healthy }');
  });

  it('gives a stop the time that it takes, and the balancer time to see it', () => {
    expect(compose).toContain('stop_grace_period: 20s');
    expect(Number(/DRAIN_NOTICE_MS: (\d+)/.exec(compose)?.[1])).toBeGreaterThanOrEqual(2_000);
  });
});

describe('what operators watch', () => {
  const source = ['src/server/base/metrics.ts', 'src/server/http/health.ts'].map(read).join('\n');
  const known = new Set([
    ...[...source.matchAll(/'((?:foyer|api|chat|threads?)_[a-z_]+)'/g)].map(([, name]) => name),
    ...['published', 'unpublished', 'received', 'refused'].map((kind) => `foyer_bus_${kind}_total`),
    ...[
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'up',
    ],
  ]);

  it.each(['docs/operations/alerts.yml', 'docs/operations/dashboard.json'])(
    '%s asks for metrics that exist',
    (file) => {
      const asked = [...read(file).matchAll(/\b((?:foyer|api|chat|threads?|nodejs|process)_[a-z0-9_]+)/g)]
        .map(([, name = '']) => name.replace(/_(bucket|count|sum)$/, ''))
        .filter((name) => !/^process_id$/.test(name));
      expect(asked.length).toBeGreaterThan(5);
      expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it('the dashboard is one that Grafana can read', () => {
    const { panels, title } = JSON.parse(read('docs/operations/dashboard.json')) as {
      panels: { title: string; targets: { expr: string }[] }[];
      title: string;
    };
    expect(title).toBe('Foyer');
    for (const panel of panels) expect(panel.targets.every(({ expr }) => expr.length > 0)).toBe(true);
  });
});
