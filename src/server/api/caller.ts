import { appRouter } from '@/server/api/root';
import { createCallerFactory } from '@/server/api/trpc';
import type { Identity } from '@/server/auth/identity';

const createCaller = createCallerFactory(appRouter);

/** The procedures as plain functions, for the pages' first rendering and for tests. */
export const callerFor = (identity: Identity) => createCaller({ identity, from: 'page', connection: null });
