import { describe, expect, it } from 'vitest';
import { seqOfShare, thumbOf, type ThumbInput } from './thumb';

const input: ThumbInput = { first: 1, last: 10_000_000, startSeq: 1, endSeq: 17, track: 900, minThumb: 32 };

describe('a thumb', () => {
  it('touches the ends of the track with the first and the last row', () => {
    expect(thumbOf(input)).toEqual({ offset: 0, length: 32 });
    expect(thumbOf({ ...input, startSeq: 9_999_985, endSeq: 10_000_001 })).toEqual({
      offset: 868,
      length: 32,
    });
  });

  it('is as long as the share of rows in view', () => {
    expect(thumbOf({ ...input, last: 32, endSeq: 17 }).length).toBe(450);
    expect(thumbOf({ ...input, last: 5, endSeq: 6 })).toEqual({ offset: 0, length: 900 });
  });

  it('stands where a drag would put the same rows', () => {
    const startSeq = seqOfShare(0.25, input);
    expect(startSeq).toBeCloseTo(2_499_997, 0);
    const { offset, length } = thumbOf({ ...input, startSeq, endSeq: startSeq + 16 });
    expect(offset / (900 - length)).toBeCloseTo(0.25, 6);
  });

  it('is no thumb at all without rows', () => {
    expect(thumbOf({ ...input, last: 0, endSeq: 1 })).toEqual({ offset: 0, length: 32 });
  });
});
