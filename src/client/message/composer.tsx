'use client';

import { ArrowUp, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { clsx } from 'clsx';
import { nameInDraft, useDraft, writeDraft } from '@/client/message/draft';
import { EmojiButton } from '@/client/message/emoji-button';
import { markOf, replaceRange, toggleMark } from '@/client/message/edit-range';
import { FormattingHelp } from '@/client/message/formatting-help';
import { expectMarks, usePlainLine } from '@/client/message/marks';
import { MentionList } from '@/client/message/mention-list';
import { fromWire, toWire, withPick, type Picks, type Typed } from '@/client/message/mention-text';
import { useMentionList, type MentionSource } from '@/client/message/use-mention-list';
import { TypingSignal } from '@/client/message/typing-signal';
import { countOf } from '@/client/lib/format-time';
import { useHydrated } from '@/client/lib/use-hydrated';
import { IconButton } from '@/client/ui/button';
import { textMaxChars } from '@/shared/limits';

type Props = {
  threadId: string;
  /** Whom an `@` can mean. */
  mentions: MentionSource;
  /** Shown while empty: "Write as Quiet Otter". */
  placeholder: string;
  /** Stands left of the text: who writes. */
  leading?: ReactNode;
  /** Sending has to wait a little: what is written stays. */
  pause?: { seconds: number; words: string } | null;
  /** Why nothing can be written here now; null when it can. */
  closedBecause: string | null;
  /** A message that is answered or changed; null writes a new one. */
  mode: ComposerMode | null;
  onCancelMode(): void;
  /** Up arrow in an empty composer. */
  onEditLast(): void;
  onSend(text: string): void;
};

export type ComposerMode = {
  kind: 'reply' | 'edit';
  id: string;
  seq: number;
  authorId: string;
  author: string;
  text: string;
};

const nothing: Typed = { text: '', picks: new Map() };

/** Where a message is written: Enter sends, Shift+Enter breaks the line, a draft survives a reload. */
export function Composer(props: Props) {
  const { threadId, mentions, placeholder, leading, closedBecause, pause = null } = props;
  const { mode, onCancelMode, onEditLast, onSend } = props;
  const [{ text, picks }, setDraft] = useState<Typed>(nothing);
  const [caret, setCaret] = useState(-1);
  const area = useRef<HTMLTextAreaElement>(null);
  const isHydrated = useHydrated();
  const answered = usePlainLine(mode?.text ?? '');

  useEffect(() => {
    const element = area.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  // Changing a message borrows the composer: what was being written comes back afterwards.
  const editingId = mode?.kind === 'edit' ? mode.id : null;
  const stored = useDraft(threadId);
  const [known, setKnown] = useState<{ editingId: string | null; stored: string }>({
    editingId: null,
    stored: '',
  });
  if (known.editingId !== editingId || known.stored !== stored) {
    const hasSwitched = known.editingId !== editingId;
    const nameOf = (id: string) => mentions.feed.nameOf(id) ?? nameInDraft(threadId, id);
    setKnown({ editingId, stored });
    if (hasSwitched) setCaret(-1);
    if (hasSwitched && editingId && mode) setDraft(fromWire(mode.text, nameOf));
    else if (!editingId && (hasSwitched || toWire(text, picks) !== stored))
      setDraft(fromWire(stored, nameOf));
  }
  useEffect(() => {
    if (mode) area.current?.focus();
  }, [mode]);

  // What is restored as well as what is typed.
  useEffect(() => expectMarks(text), [text]);

  const [typing] = useState(() => new TypingSignal(threadId));
  useEffect(() => () => typing.stop(), [typing]);
  const change = (value: string, called: Picks = picks) => {
    const draft = { text: value, picks: value ? called : nothing.picks };
    setDraft(draft);
    setCaret(area.current?.selectionStart ?? -1);
    if (!editingId) writeDraft(threadId, toWire(value, called), called);
  };
  const list = useMentionList(mentions, { text, picks, caret }, (person, { from, to }) => {
    if (!area.current) return;
    const picked = withPick(picks, person);
    mentions.feed.accept([], { [person.id]: person });
    change(replaceRange(area.current, from, to, `@${picked.label} `), picked.picks);
  });
  const wire = toWire(text.trim(), picks);
  const length = [...wire].length;
  const isTooLong = length > textMaxChars;
  const canSend = isHydrated && length > 0 && !isTooLong && !closedBecause && !pause;
  const send = () => {
    if (!canSend) return;
    onSend(wire);
    typing.sent();
    if (!editingId) change('');
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (list.onKeyDown(event)) return;
    const mark = markOf(event);
    if (mark) {
      event.preventDefault();
      return change(toggleMark(event.currentTarget, mark));
    }
    if (event.key === 'Escape' && mode) return onCancelMode();
    if (event.key === 'ArrowUp' && !text && !mode) {
      event.preventDefault();
      return onEditLast();
    }
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
      {mode && (
        <div className="mb-1 flex items-center gap-2 rounded-lg border-l-2 border-accent bg-pane px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1">
            <span className="block font-medium">
              {mode.kind === 'reply' ? `Reply to ${mode.author}` : 'Change message'}
            </span>
            {mode.kind === 'reply' && (
              <bdi className="block truncate text-soft">{answered(mentions.feed.nameOf)}</bdi>
            )}
          </span>
          <IconButton
            label={mode.kind === 'reply' ? 'Do not reply' : 'Leave it as it is'}
            onClick={onCancelMode}
          >
            <X size={16} />
          </IconButton>
        </div>
      )}
      <div
        className={clsx(
          'relative flex items-end gap-1 rounded-xl border bg-surface p-1.5 transition-colors duration-120 focus-within:border-accent',
          isTooLong && 'border-red',
        )}
      >
        {leading}
        <MentionList {...list} />
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
          aria-autocomplete="list"
          aria-controls={list.active && list.listId}
          aria-activedescendant={list.active && list.optionId(list.active)}
          onChange={(event) => {
            change(event.target.value);
            if (!editingId) typing.typed(event.target.value);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => setCaret(-1)}
          onKeyDown={onKeyDown}
          className="[field-sizing:content] max-h-[40vh] min-h-9 flex-1 resize-none quiet-scroll bg-transparent px-2 py-1.75 text-base outline-none placeholder:text-faint max-md:min-h-11 max-md:py-2.75"
        />
        <FormattingHelp />
        <EmojiButton
          onPick={(emoji) => {
            const field = area.current;
            if (field) change(replaceRange(field, field.selectionStart, field.selectionEnd, emoji));
          }}
        />
        {pause && (
          <span
            role="timer"
            aria-label={`${pause.words}: you can write again in ${pause.seconds} seconds`}
            className="flex h-9 shrink-0 items-center px-1 text-sm text-amber tabular max-md:h-11"
          >
            <span className="mr-1 max-md:hidden">{pause.words} ·</span>
            {countdownOf(pause.seconds)}
          </span>
        )}
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

const countdownOf = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
