import { nothing, type Fault } from './fault';
import { freeze } from './process-faults';

/** What happens to Redis, and to the links to it. */
export const redisFaults = {
  F9: {
    about: 'Redis is killed, and started again',
    needs: 'redis',
    async inject(rig, random, scale) {
      await rig.redis?.kill();
      const holdMs = random.pick([300, 3_000, 10_000]) * scale;
      return { what: `down for ${Math.round(holdMs)} ms`, holdMs, heal: () => rig.redis?.start() };
    },
  },
  F10: {
    about: 'every subscriber of Redis is cut, once a second',
    needs: 'redis',
    async inject(rig, _, scale) {
      const cut = () => rig.redis?.ask(['CLIENT', 'KILL', 'TYPE', 'pubsub']).catch(nothing);
      await cut();
      const timer = setInterval(() => void cut(), 1_000);
      return { what: 'CLIENT KILL TYPE pubsub', holdMs: 5_000 * scale, heal: () => clearInterval(timer) };
    },
  },
  F11: {
    about: 'Redis stands still',
    needs: 'redis',
    async inject(rig, _, scale) {
      rig.redis?.signal('SIGSTOP');
      return { what: 'SIGSTOP', holdMs: 10_000 * scale, heal: () => rig.redis?.signal('SIGCONT') };
    },
  },
  F13: {
    about: 'an instance stands still until Redis gives its subscription up',
    needs: 'redis',
    async inject(rig, random, scale) {
      const limit = (bytes: number) =>
        rig.redis?.ask(['CONFIG', 'SET', 'client-output-buffer-limit', `pubsub ${bytes} ${bytes} 60`]);
      await limit(1);
      const frozen = await freeze(rig, random, 4_000 * scale);
      return {
        ...frozen,
        async heal() {
          await limit(8 * 1024 * 1024);
          await frozen.heal();
        },
      };
    },
  },
} satisfies Record<string, Fault>;
