'use client';

import { ArrowUp } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { clsx } from 'clsx';
import { readDraft, writeDraft } from '@/client/message/draft';
import { countOf } from '@/client/lib/format-time';
import { useHydrated } from '@/client/lib/use-hydrated';
import { textMaxChars } from '@/shared/limits';

type Props = {
  threadId: string;
  /** Shown while empty: "Write as Quiet Otter". */
  placeholder: string;
  /** Stands left of the text: who writes. */
  leading?: ReactNode;
  /** Why nothing can be written here now; null when it can. */
  closedBecause: string | null;
  onSend(text: string): void;
};

/** Where a message is written: Enter sends, Shift+Enter breaks the line, a draft survives a reload. */
export function Composer({ threadId, placeholder, leading, closedBecause, onSend }: Props) {
  const [text, setText] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const isHydrated = useHydrated();

  useEffect(() => {
    setText((typed) => typed || readDraft(threadId));
  }, [threadId]);
  useEffect(() => {
    const element = area.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const change = (value: string) => {
    setText(value);
    writeDraft(threadId, value);
  };
  const length = [...text.trim()].length;
  const isTooLong = length > textMaxChars;
  const canSend = isHydrated && length > 0 && !isTooLong && !closedBecause;
  const send = () => {
    if (!canSend) return;
    onSend(text.trim());
    change('');
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari ends a composition with an Enter that does not say so.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    send();
  };

  if (closedBecause)
    return (
      <p className="mx-4 mb-4 rounded-xl border border-dashed px-4 py-3 text-center text-md text-soft">
        {closedBecause}
      </p>
    );
  return (
    <form
      className="mx-auto w-full max-w-240 px-4 pb-4 max-md:px-2 max-md:pb-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div
        className={clsx(
          'flex items-end gap-1 rounded-xl border bg-surface p-1.5 transition-colors duration-120 focus-within:border-accent',
          isTooLong && 'border-red',
        )}
      >
        {leading}
        <textarea
          ref={area}
          value={text}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          placeholder={placeholder}
          aria-label="Message"
          aria-invalid={isTooLong || undefined}
          aria-describedby={isTooLong ? 'composer-problem' : undefined}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          className="[field-sizing:content] max-h-[40vh] min-h-9 flex-1 resize-none quiet-scroll bg-transparent px-2 py-1.75 text-base outline-none placeholder:text-faint max-md:min-h-11 max-md:py-2.75"
        />
        <button
          type="submit"
          aria-label="Send"
          title="Send (Enter)"
          disabled={!canSend}
          className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent text-accent-ink transition-opacity duration-120 disabled:opacity-25 max-md:size-11"
        >
          <ArrowUp size={18} />
        </button>
      </div>
      {isTooLong && (
        <p id="composer-problem" role="alert" className="mt-1 px-1 text-sm text-red">
          {countOf(length - textMaxChars)} characters too many. A message may have {countOf(textMaxChars)}.
        </p>
      )}
    </form>
  );
}
