/** What a thumb stands for: rows first..last, of which startSeq..endSeq (with fractions) are in view. */
export interface ThumbInput {
  first: number;
  last: number;
  startSeq: number;
  endSeq: number;
  /** Length of the track and the least length of the thumb, px. */
  track: number;
  minThumb: number;
}

/** Offset and length of the thumb in px. It stands at 0 with the first row, at the track's end with the last. */
export function thumbOf({ first, last, startSeq, endSeq, track, minThumb }: ThumbInput) {
  const rows = Math.max(1, last - first + 1);
  const length = Math.min(track, Math.max(minThumb, (track * (endSeq - startSeq)) / rows));
  const before = Math.max(0, startSeq - first);
  const after = Math.max(0, last + 1 - endSeq);
  const share = before + after > 0 ? before / (before + after) : 0;
  return { offset: share * (track - length), length };
}

/** The place (row with fraction) that comes to the viewport's top when the thumb has gone `share` of its way. */
export function seqOfShare(share: number, { first, last, startSeq, endSeq }: ThumbInput): number {
  return first + share * Math.max(0, last - first + 1 - (endSeq - startSeq));
}
