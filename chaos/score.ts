import type { Bug } from './bug/bug';
import type { Invariant } from './history';
import { targetedPlan } from './plan';
import type { RigOptions } from './rig';
import type { Outcome, RunOptions } from './run';

type RunOnce = (options: Omit<RigOptions, 'dir'>, how: RunOptions) => Promise<Outcome>;
export type Score = { id: string; about: string; isCaught: boolean; by: Invariant[]; note: string };

/**
 * Runs each seeded bug and tells whether the checker saw it. A bug that was made to show sooner is also run
 * without itself: then all must be well.
 */
export async function scoreBugs(
  bugs: readonly Bug[],
  { seed, runOnce, say }: { seed: number; runOnce: RunOnce; say(line: string): void },
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const bug of bugs) {
    const score = await scoreBug(bug, { seed, runOnce });
    scores.push(score);
    say(
      `${bug.id.padEnd(4)} ${score.isCaught ? 'caught' : 'MISSED'}  ${score.by.join(' ')}  ${bug.about}${score.note}`,
    );
  }
  say(`${scores.filter((score) => score.isCaught).length} of ${scores.length} seeded bugs were caught`);
  return scores;
}

async function scoreBug(bug: Bug, { seed, runOnce }: { seed: number; runOnce: RunOnce }): Promise<Score> {
  const { id, about, mutations, sharpened = [], plan, postgres, isWithoutRedis, faults } = bug;
  const options = { plan: { ...targetedPlan, ...plan }, seed, postgres, isWithoutRedis };
  const how: RunOptions = { faults, first: faults, scale: 0.5, say: () => undefined };
  try {
    const { verdict } = await runOnce({ ...options, mutations: [...sharpened, ...mutations] }, how);
    const by = Object.keys(verdict.violations) as Invariant[];
    let isCaught = by.some((invariant) => bug.caughtBy.includes(invariant));
    let note = '';
    if (isCaught && sharpened.length > 0) {
      const control = await runOnce({ ...options, mutations: sharpened }, how);
      const wrong = control.verdict.samples.map((one) => `${one.invariant} ${one.detail}`);
      isCaught = wrong.length === 0;
      note = isCaught ? ' (and nothing without it)' : ` (but without it too: ${wrong.join('; ')})`;
    }
    return { id, about, isCaught, by, note };
  } catch (cause) {
    return { id, about, isCaught: false, by: [], note: ` (the run broke: ${String(cause)})` };
  }
}
