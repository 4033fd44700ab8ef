import type { Bug } from './bug';

/** Who may see what. */
export const rightBugs: readonly Bug[] = [
  {
    id: 'M12',
    about: 'delivers under a lease without looking at what was taken away since',
    mutations: [
      {
        file: 'server/realtime/lease.ts',
        find: '    return this.aclRev >= aclRev && this.now() < this.untilMs;',
        put: '    return this.now() < this.untilMs;',
      },
    ],
    faults: ['F28'],
    caughtBy: ['I15'],
  },
  {
    id: 'M20',
    about: 'opens a stream for whoever knows the id of a thread',
    mutations: [
      {
        file: 'server/api/live.ts',
        find: '    lease: new Lease(verify),',
        put: '    lease: new Lease(() => verify().then(() => ({ aclRev: 1_000_000 }))),',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I15', 'I16'],
    plan: { weights: { outsider: 30 } },
  },
  {
    id: 'M21',
    about: 'lets a cache between people keep an answer',
    mutations: [
      {
        file: 'server/http/trpc.ts',
        find: "  res.setHeader('cache-control', 'private, no-store');",
        put: "  res.setHeader('cache-control', 'public, max-age=60');",
      },
    ],
    faults: ['F14'],
    caughtBy: ['I16'],
    plan: { weights: { cache: 20 } },
  },
];
