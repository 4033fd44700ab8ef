import { endTheDead, type Identity } from '@/server/auth/identity';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { bus } from '@/server/realtime/bus';
import { identitySweepMs } from '@/shared/limits';

/** Identities looked at by one sweep; of more, each sweep takes a tenth. */
const sweepMin = 500;

type Watch = { identities: Set<Identity>; timer: NodeJS.Timeout | undefined };
const watch = () => once<Watch>('living-identities', () => ({ identities: new Set(), timer: undefined }));

/**
 * Watches the person behind an open connection: when their session or their secret ends, on whichever
 * process, it ends. The bus says so at once; a sweep of the database sees what it lost.
 * @returns ends the watching
 */
export function watchIdentity(identity: Identity): () => void {
  const state = watch();
  state.identities.add(identity);
  state.timer ??= setInterval(() => void sweep(state), identitySweepMs).unref();
  let stop: (() => void) | undefined;
  const listen = () => {
    const { userId } = identity.viewer;
    if (userId === null || stop || !state.identities.has(identity)) return;
    stop = bus().subscribe(`user:${userId}`, (event) => {
      if (event.type === 'identity') void look([identity]);
    });
  };
  listen();
  identity.onMinted(listen);
  return () => {
    stop?.();
    state.identities.delete(identity);
    if (state.identities.size > 0) return;
    clearInterval(state.timer);
    state.timer = undefined;
  };
}

async function sweep({ identities }: Watch): Promise<void> {
  const count = Math.max(sweepMin, Math.ceil(identities.size / 10));
  const next: Identity[] = [];
  for (const identity of identities) {
    if (next.length >= count) break;
    next.push(identity);
  }
  // Whoever was looked at goes to the end of the line.
  for (const identity of next) {
    identities.delete(identity);
    identities.add(identity);
  }
  await look(next);
}

async function look(identities: Identity[]): Promise<void> {
  const somebody = identities.filter(({ viewer, isEnded }) => viewer.userId !== null && !isEnded);
  if (somebody.length === 0) return;
  try {
    await endTheDead(somebody);
  } catch (cause) {
    log().warn({ err: cause }, 'sessions could not be compared; the next sweep does it');
  }
}
