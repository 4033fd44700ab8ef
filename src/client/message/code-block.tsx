'use client';

import { useHighlighted, type CodePiece } from '@/client/message/use-highlighted';

/** Code as it was typed. Its colours come later than its words, and change nothing but colours. */
export function CodeBlock({ language, text }: { language: string | null; text: string }) {
  const pieces = useHighlighted(language, text);
  return (
    <pre
      dir="ltr"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide code is scrolled by keys as well
      tabIndex={0}
      role="group"
      aria-label="Code"
      className="my-1 max-w-full quiet-scroll overflow-x-auto rounded-lg bg-code px-2.5 py-1.5 font-mono text-sm [tab-size:4] text-code-ink [unicode-bidi:isolate]"
    >
      <code>{pieces ? <Pieces of={pieces} /> : text}</code>
    </pre>
  );
}

const Pieces = ({ of }: { of: readonly CodePiece[] }) =>
  of.map((piece, i) =>
    piece.role === null ? (
      piece.text
    ) : (
      <span key={i} data-code={piece.role}>
        {piece.text}
      </span>
    ),
  );
