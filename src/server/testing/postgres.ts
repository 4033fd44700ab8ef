import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../../bin/embedded-postgres.mjs';
import { migrate } from '@/server/base/migrate';

declare module 'vitest' {
  export interface ProvidedContext {
    templateUrl: string;
  }
}

/** One PostgreSQL for the whole run, with a migrated template that each worker clones. */
export default async function setup(project: TestProject) {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'foyer-test-'));
  const external = process.env['TEST_DATABASE_URL'];
  const server = external ? null : await startEmbeddedPostgres(dir, { isTemporary: true });
  const template = new URL(external ?? server?.url ?? '');
  template.pathname = `/foyer_template_${process.pid}`;
  await migrate(template.href);
  project.provide('templateUrl', template.href);
  return async () => {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
