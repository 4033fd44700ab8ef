import path from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = { '@': path.join(import.meta.dirname, 'src') };
/** Far from UTC, with half-hour offset: code that leans on local time fails here. */
const env = { TZ: 'Asia/Kolkata', LOG_LEVEL: 'silent', NODE_ENV: 'test' } as const;

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          env,
          include: ['{src,chaos,bench}/**/*.test.{ts,tsx}'],
          exclude: ['src/**/*.db.test.ts'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          env,
          include: ['src/**/*.db.test.ts'],
          globalSetup: ['src/server/testing/postgres.ts'],
          setupFiles: ['src/server/testing/database.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
