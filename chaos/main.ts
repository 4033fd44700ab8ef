/** `npm run chaos`: runs with faults, and the check of what came of them. `README.md` tells how to use it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bugs } from './bugs';
import { commonFaults, faultIds, type FaultId } from './faults';
import { handshakesPerSecond } from '@/shared/limits';
import { measureHerd } from './herd';
import { invariants } from './history';
import { longPlan, shortPlan } from './plan';
import { printOutcome } from './report';
import { Rig, type RigOptions } from './rig';
import { run, type Outcome, type RunOptions } from './run';
import { scoreBugs } from './score';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    fault: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
    calm: { type: 'boolean', default: false },
    rate: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    bug: { type: 'string', multiple: true },
    heap: { type: 'string' },
    herd: { type: 'string' },
    'without-redis': { type: 'boolean', default: false },
    report: { type: 'string' },
    keep: { type: 'string' },
  },
});

/** What the run of `npm test` always meets, whatever its seed. */
const shortFaults: FaultId[] = ['F14', 'F28', 'F1', 'F10', 'F7', 'F26', 'F4'];
let running: Rig | undefined;

/** Ends everything that was started, at Ctrl-C too. */
function listenForSignals(): void {
  const stop = (code: number) => void (running?.end() ?? Promise.resolve()).finally(() => process.exit(code));
  process.once('SIGINT', () => stop(130));
  process.once('SIGTERM', () => stop(143));
  process.once('SIGHUP', () => stop(129));
  process.once('uncaughtException', (cause) => {
    console.error(cause);
    stop(1);
  });
}

async function runOnce(options: Omit<RigOptions, 'dir'>, how: RunOptions): Promise<Outcome> {
  const dir = values.keep ?? mkdtempSync(path.join(os.tmpdir(), 'foyer-chaos-'));
  try {
    const onMade = (rig: Rig) => (running = rig);
    return await run(await Rig.start({ ...options, dir, onMade }), how);
  } finally {
    if (!values.keep) rmSync(dir, { recursive: true, force: true });
  }
}

/** F21: thousands of sockets, cut at once. The product's own limit of handshakes a second holds. */
async function herd(seed: number, sockets: number): Promise<boolean> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'foyer-chaos-'));
  const env = { HANDSHAKES_PER_SECOND: String(handshakesPerSecond) };
  try {
    running = await Rig.start({ dir, seed, plan: { ...longPlan, workers: 0 }, env });
    console.log(await measureHerd(running, sockets));
    return true;
  } finally {
    await running?.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main(): Promise<boolean> {
  const seed = Number(values.seed);
  if (values.bugs || values.bug) {
    const chosen = bugs.filter((bug) => values.bugs || values.bug?.includes(bug.id));
    const scores = await scoreBugs(chosen, { seed, runOnce, say: (line) => console.log(line) });
    return scores.every((score) => score.isCaught);
  }
  if (values.herd) return herd(seed, Number(values.herd));
  const plan = values.short ? shortPlan : longPlan;
  const asked = values.seconds ? Number(values.seconds) : Number(values.minutes) * 60;
  const loadSeconds = values.short && !values.seconds ? shortPlan.loadSeconds : asked;
  const isWithoutRedis = values['without-redis'] || (values.fault?.includes('F12') ?? false);
  const wished = values.fault?.filter((id) => id !== 'F12');
  const chosen = wished?.map((id) => faultIds.find((known) => known === id));
  if (chosen?.includes(undefined)) throw new Error(`The faults are F12, ${faultIds.join(', ')}.`);
  const faults = values.calm ? [] : (chosen?.filter((id) => id !== undefined) ?? commonFaults);
  const hasSmallDisk = faults.includes('F22') && process.getuid?.() === 0;
  if (faults.includes('F22') && !hasSmallDisk)
    console.log('F22 is left out: mounting a small disk needs root.');
  console.log(`Chaos: seed ${seed}, load for ${loadSeconds} s over ${plan.instances} instances`);
  const outcome = await runOnce(
    {
      plan: { ...plan, loadSeconds, ...(values.rate && { rate: Number(values.rate) }) },
      seed,
      isWithoutRedis,
      hasSmallDisk,
      ...(values.heap && { nodeArgs: [`--max-old-space-size=${values.heap}`] }),
    },
    {
      faults: values.short && !values.fault ? shortFaults : faults,
      first: values.short && !values.fault ? shortFaults : faults,
      scale: values.short ? 0.3 : 1,
      say: (line) => console.log(`  ${line}`),
    },
  );
  printOutcome(outcome, seed);
  const failed = Object.keys(outcome.verdict.violations).length;
  const passed = Object.keys(invariants).length - failed;
  if (values.report) writeFileSync(values.report, JSON.stringify({ passed, failed }));
  return failed === 0;
}

listenForSignals();
process.exit((await main()) ? 0 : 1);
