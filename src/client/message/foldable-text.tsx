'use client';

import { createContext, useContext, useState } from 'react';
import { foldedPx, isFolded, isTall, setFolded } from '@/client/message/message-fold';
import { MessageText } from '@/client/message/message-text';

const fade = 'linear-gradient(to bottom, black calc(100% - 4rem), transparent)';
const foldedStyle = { maxHeight: foldedPx, overflow: 'clip', maskImage: fade };

/** Holds the row of an element where it stands; one that shrinks is brought to its beginning. */
export const HoldRowContext = createContext<(inside: HTMLElement, isShrinking: boolean) => void>(() => {});

/** A message's words; of a very tall text the beginning, until somebody wants all of it. */
export function FoldableText({ id, text }: { id: string; text: string }) {
  const [isShort, setIsShort] = useState(() => isFolded(id, text));
  const hold = useContext(HoldRowContext);
  const words = (
    <div data-words className="contents">
      <MessageText text={text} />
    </div>
  );
  if (!isTall(text)) return words;
  return (
    <>
      <div style={isShort ? foldedStyle : undefined}>{words}</div>
      <button
        type="button"
        aria-expanded={!isShort}
        onClick={(event) => {
          hold(event.currentTarget, !isShort);
          setFolded(id, !isShort);
          setIsShort(!isShort);
        }}
        className="inline-block h-8 text-sm font-medium text-accent hover:underline max-md:h-11"
      >
        {isShort ? 'Show all' : 'Show less'}
      </button>
    </>
  );
}
