import { setTimeout as delay } from 'node:timers/promises';
import { clientPingMs, clientPongMs } from '@/shared/limits';
import { healthy } from '../proxy';
import type { Rig } from '../rig';
import { nothing, type Fault, type Injection } from './fault';

/** What happens to the links between browsers and instances. */
export const linkFaults = {
  F14: {
    about: 'every link of a client is reset',
    async inject(rig) {
      const { clients } = rig.links;
      const what = `${clients.size} connections`;
      clients.reset();
      return { what, holdMs: 0, heal: nothing };
    },
  },
  F15: {
    about: 'links of clients stand and carry nothing',
    async inject(rig, random, scale) {
      const { clients } = rig.links;
      const share = random.pick([0.5, 1]);
      clients.blackhole(share);
      return {
        what: `${share * 100} % of the links`,
        holdMs: random.pick([5_000, 15_000]) * scale,
        async heal() {
          clients.up();
          // Who stands on a dead link has to find out by themselves: until then it goes on.
          await delay((clientPingMs + clientPongMs) * Math.min(1, scale));
        },
      };
    },
  },
  F16: {
    about: 'links of clients are slow, now more, now less',
    inject: (rig, _, scale) =>
      poison(rig, { latencyMs: 300, jitterMs: 200 }, { holdMs: 10_000 * scale, what: '300 +- 200 ms' }),
  },
  F17: {
    about: 'links of clients are narrow, and then cut',
    async inject(rig, _, scale) {
      const injection = await poison(rig, { bandwidth: 2_000 }, { holdMs: 8_000 * scale, what: '16 kbit/s' });
      return {
        ...injection,
        heal() {
          injection.heal();
          rig.links.clients.reset();
        },
      };
    },
  },
  F18: {
    about: 'bytes come one by one, and end in the middle of a message',
    inject: (rig, random, scale) =>
      poison(rig, random.chance(0.5) ? { slicer: 1 } : { limitData: 3_000 }, {
        holdMs: 3_000 * scale,
        what: 'slices of 1 byte, or cut after 3,000',
      }),
  },
} satisfies Record<string, Fault>;

async function poison(
  rig: Rig,
  toxics: Partial<typeof healthy>,
  { holdMs, what }: { holdMs: number; what: string },
): Promise<Injection> {
  const { clients } = rig.links;
  clients.toxics = { ...healthy, ...toxics };
  return { what, holdMs, heal: () => clients.up() };
}
