/** `npm run bench [-- NAME ...] [--quick] [--json FILE]`: measures Foyer beside its yardsticks, in one run. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeMachine } from './core/machine';
import { tableOf, type Row } from './core/result';
import { startStore } from './foyer';
import type { Scenario } from './scenario';
import { browser } from './scenarios/browser';
import { fanout } from './scenarios/fanout';
import { lists } from './scenarios/lists';
import { pages } from './scenarios/pages';
import { rooms } from './scenarios/rooms';
import { seeding } from './scenarios/seeding';
import { sockets } from './scenarios/sockets';
import { stalled } from './scenarios/stalled';
import { writes } from './scenarios/writes';

const scenarios: Record<string, Scenario> = {
  fanout,
  rooms,
  writes,
  pages,
  lists,
  seeding,
  sockets,
  stalled,
  browser,
};
const folder = path.join(import.meta.dirname, 'out');

function parse(args: string[]) {
  const isQuick = args.includes('--quick');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.find((name) => !Object.hasOwn(scenarios, name));
  if (unknown !== undefined) {
    const known = Object.entries(scenarios).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
    throw new Error(`There is no scenario "${unknown}". There are:\n${known.join('\n')}`);
  }
  return { isQuick, names: names.length > 0 ? names : Object.keys(scenarios) };
}

async function main(): Promise<void> {
  const { isQuick, names } = parse(process.argv.slice(2));
  const machine = describeMachine();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'foyer-bench-'));
  const store = await startStore(dir);
  const rows: Row[] = [];
  try {
    for (const name of names) {
      const began = performance.now();
      const seconds = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`.padStart(6);
      const say = (line: string) => console.error(`${seconds()}  ${name}: ${line}`);
      const measured = await scenarios[name]?.run({ store, isQuick, say });
      rows.push(...(measured ?? []));
      say('done');
      console.log(`\n${name}\n\n${tableOf(measured ?? [])}\n`);
    }
  } finally {
    await store.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${machine.at.replaceAll(/[:.]/g, '-')}.json`);
  fs.writeFileSync(file, JSON.stringify({ machine, isQuick, rows }, null, 2));
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}`);
  console.log(`All rounds: ${path.relative(process.cwd(), file)}`);
}

/** What still runs here or in a child ends with this process. */
main().then(
  () => process.exit(0),
  (cause: unknown) => {
    console.error(cause instanceof Error ? cause.message : cause);
    process.exit(1);
  },
);
