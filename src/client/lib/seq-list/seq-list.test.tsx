import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { SeqList, type SeqListProps } from './seq-list';

function render(props: Partial<SeqListProps>): string {
  return renderToStaticMarkup(
    <SeqList
      first={1}
      last={10_000_000}
      renderRow={(seq) => `row ${seq}`}
      estimateHeight={() => 56}
      initialRows={50}
      {...props}
    />,
  );
}

function seqsIn(html: string): number[] {
  return [...html.matchAll(/data-seq="(\d+)"/g)].map((match) => Number(match[1]));
}

describe('a list rendered on the server', () => {
  it('carries the last rows, to be read without scripts', () => {
    const html = render({ initial: 'end' });
    const seqs = seqsIn(html);
    expect([seqs.length, seqs[0], seqs.at(-1)]).toEqual([50, 9_999_951, 10_000_000]);
    expect(html).toContain('aria-posinset="10000000" aria-setsize="10000000"');
    expect(html).toContain('column-reverse');
  });

  it('carries the rows from the wanted one on', () => {
    expect(seqsIn(render({ initial: { seq: 700 } }))[0]).toBe(700);
    expect(seqsIn(render({ initial: { seq: 9_999_999 } })).at(-1)).toBe(10_000_000);
  });

  it('is empty without rows', () => {
    expect(seqsIn(render({ last: 0 }))).toEqual([]);
  });
});
