'use client';

import { useState } from 'react';
import { emoji } from '@/client/message/emoji';

/** A small board of emoji, found by word. */
export function EmojiPicker({ onPick }: { onPick(emoji: string): void }) {
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();
  const found = emoji.filter(([symbol, names]) => !words || symbol === words || names.includes(words));
  return (
    <div className="w-72 p-2">
      <input
        type="search"
        value={search}
        autoFocus
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) onPick(found[0][0]);
        }}
        placeholder="Find an emoji"
        aria-label="Find an emoji"
        className="mb-2 h-9 w-full rounded-control border bg-surface px-2.5 text-sm outline-offset-0 placeholder:text-faint"
      />
      <div className="grid max-h-52 quiet-scroll grid-cols-8 gap-0.5 overflow-y-auto">
        {found.map(([symbol, names]) => (
          <button
            key={symbol}
            type="button"
            aria-label={names}
            title={names}
            onClick={() => onPick(symbol)}
            className="grid size-8 place-items-center rounded-control text-lg hover:bg-hover"
          >
            {symbol}
          </button>
        ))}
      </div>
      {found.length === 0 && <p className="px-1 py-2 text-sm text-soft">No emoji by this word.</p>}
    </div>
  );
}
