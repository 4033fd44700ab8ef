import { readFileSync } from 'node:fs';

type Connection = { localPort: number; remotePort: number };

/** The established TCP connections of this machine, seen from either end; null where it does not tell. */
function established(): Connection[] | null {
  try {
    const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
    return lines.flatMap((line) => {
      const [, local = '', remote = '', state] = line.trim().split(/\s+/);
      const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16);
      return state === '01' ? [{ localPort: portOf(local), remotePort: portOf(remote) }] : [];
    });
  } catch {
    return null;
  }
}

/** How many connections stand to these ports of this machine; null where the system does not tell. */
export const openConnections = (ports: readonly number[]): number | null =>
  established()?.filter(({ localPort }) => ports.includes(localPort)).length ?? null;

/** Whether the server's end of a connection stands; null where the system does not tell. */
export const isHeld = (serverPort: number, clientPort: number): boolean | null =>
  established()?.some((one) => one.localPort === serverPort && one.remotePort === clientPort) ?? null;
