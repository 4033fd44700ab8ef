import type { Store } from './foyer';
import type { Row } from './core/result';

/** What a scenario is given, and what it may use up. */
export type Setting = {
  store: Store;
  isQuick: boolean;
  /** Says what is being done; one line each. */
  say(line: string): void;
};

export type Scenario = { about: string; run(setting: Setting): Promise<Row[]> };

/** Runs each subject once per round, in an order that turns, so that no one always comes first. */
export async function inRounds<S, T>(
  subjects: readonly S[],
  rounds: number,
  measure: (subject: S) => Promise<T>,
): Promise<Map<S, T[]>> {
  const results = new Map<S, T[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < subjects.length; i++) {
      const subject = subjects[(i + round) % subjects.length];
      if (subject !== undefined) results.get(subject)?.push(await measure(subject));
    }
  return results;
}
