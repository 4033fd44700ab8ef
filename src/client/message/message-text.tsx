import { clsx } from 'clsx';
import { Fragment, memo, type ReactNode } from 'react';
import { CodeBlock } from '@/client/message/code-block';
import { useMarkdown } from '@/client/message/marks';
import { Mention } from '@/client/message/mention';
import type { Block, Inline, ListBlock } from '@/shared/markdown-tree';

const words = '[overflow-wrap:anywhere] whitespace-pre-wrap [unicode-bidi:isolate]';

/** A message's words: marks as elements, everything else as it was typed. What comes behind may flow into its last line. */
export const MessageText = memo(function MessageText({
  text,
  isLine = false,
}: {
  text: string;
  /** Blocks mean nothing in what somebody did. */
  isLine?: boolean;
}) {
  const { blocks, isEmojiOnly } = useMarkdown(text, isLine);
  return blocks.map((block, i) =>
    block.type === 'paragraph' && i === blocks.length - 1 ? (
      <span key={i} dir="auto" className={clsx(words, isEmojiOnly && 'text-[32px] leading-10')}>
        <Inlines of={block.children} />
      </span>
    ) : (
      <BlockElement key={i} block={block} />
    ),
  );
});

function BlockElement({ block }: { block: Block }): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return (
        <div dir="auto" className={words}>
          <Inlines of={block.children} />
        </div>
      );
    case 'code-block':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'quote':
      return (
        <blockquote className="my-1 border-l-2 border-current/25 pl-2.5 opacity-80">
          <Blocks of={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <List list={block} />;
  }
}

const Blocks = ({ of }: { of: readonly Block[] }) =>
  of.map((block, i) => <BlockElement key={i} block={block} />);

/** Numbers are the ones that were typed, so each item says its own. */
function List({ list }: { list: ListBlock }) {
  const isNumbered = list.items[0]?.number !== null;
  const Element = isNumbered ? 'ol' : 'ul';
  return (
    <Element dir="auto" className={clsx('my-0.5 ps-6', isNumbered ? 'list-decimal' : 'list-disc')}>
      {list.items.map(({ number, children, lists }, i) => (
        <li
          key={i}
          value={number ?? undefined}
          className={clsx(
            'marker:text-current/60 marker:tabular-nums',
            isNumbered !== (number !== null) && (number === null ? 'list-disc' : 'list-decimal'),
          )}
        >
          <span dir="auto" className={words}>
            <Inlines of={children} />
          </span>
          {lists.map((inner, at) => (
            <List key={at} list={inner} />
          ))}
        </li>
      ))}
    </Element>
  );
}

const Inlines = ({ of }: { of: readonly Inline[] }) =>
  of.map((inline, i) => <Fragment key={i}>{inlineElement(inline)}</Fragment>);

function inlineElement(inline: Inline): ReactNode {
  switch (inline.type) {
    case 'text':
      return inline.text;
    case 'bold':
      return (
        <strong className="font-semibold">
          <Inlines of={inline.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines of={inline.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines of={inline.children} />
        </s>
      );
    case 'code':
      return (
        <code className="rounded-[4px] bg-current/8 box-decoration-clone px-1 py-px font-mono text-[0.875em] [unicode-bidi:isolate]">
          {inline.text}
        </code>
      );
    case 'link':
      return <Link {...inline} />;
    case 'mention':
      return <Mention userId={inline.userId} />;
  }
}

/** Where it leads is said on hover, and beside it where its words could mislead. */
function Link({ href, host, children }: Extract<Inline, { type: 'link' }>) {
  return (
    <>
      <a
        href={href}
        title={href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        className="underline decoration-current/40 underline-offset-2 [unicode-bidi:isolate] hover:decoration-current"
      >
        <Inlines of={children} />
      </a>
      {host && (
        <bdi dir="ltr" className="opacity-70">
          {' '}
          ({host})
        </bdi>
      )}
    </>
  );
}
