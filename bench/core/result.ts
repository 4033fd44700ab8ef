import { median, noisySpread, ratios, spread } from './statistics';

/** One row of the table: a figure of each subject, round by round. */
export type Row = {
  /** The target's name in the list of targets, or '' for a figure without one. */
  id: string;
  what: string;
  unit: string;
  subject: string;
  rounds: number[];
  /** The same figure of the party compared with. */
  versus?: { name: string; rounds: number[] };
  /** What the ratio must be at least, or at most. */
  target?: { atLeast: number } | { atMost: number };
};

export type Verdict = { value: number; ratio: number | null; isMet: boolean | null; isNoisy: boolean };

/** Medians, the median of the rounds' ratios, and whether the target is met. */
export function judge(row: Row): Verdict {
  const value = median(row.rounds);
  const each = row.versus ? ratios(row.rounds, row.versus.rounds) : [];
  const ratio = row.versus ? median(each) : null;
  const measured = ratio ?? value;
  const { target } = row;
  const isMet = !target ? null : 'atLeast' in target ? measured >= target.atLeast : measured <= target.atMost;
  return { value, ratio, isMet, isNoisy: row.rounds.length > 1 && spread(row.rounds) > noisySpread };
}

const digits = (value: number) =>
  Number.isNaN(value)
    ? 'none'
    : value.toLocaleString('en', { maximumSignificantDigits: value >= 1_000 ? 4 : 3, useGrouping: true });

/** The rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { value, ratio, isMet, isNoisy } = judge(row);
    const target = !row.target
      ? ''
      : 'atLeast' in row.target
        ? `>= ${row.target.atLeast}`
        : `<= ${row.target.atMost}`;
    const versus = row.versus ? `${row.versus.name} ${digits(median(row.versus.rounds))}` : '';
    return [
      row.id,
      row.what,
      `${digits(value)} ${row.unit}${isNoisy ? ' (noisy)' : ''}`,
      versus,
      ratio === null ? '' : digits(ratio),
      target,
      isMet === null ? '' : isMet ? 'met' : 'missed',
    ];
  });
  const all = [['', 'what', 'Foyer', 'compared with', 'ratio', 'target', ''], ...lines];
  const widths = all[0]?.map((_, i) => Math.max(3, ...all.map((line) => (line[i] ?? '').length))) ?? [];
  const draw = (line: string[]) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [draw(all[0] ?? []), draw(widths.map((width) => '-'.repeat(width))), ...all.slice(1).map(draw)].join(
    '\n',
  );
}
