/** A message's text as elements; whatever is not in here cannot be shown. Line breaks stand in the texts. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { type: 'code'; text: string }
  | {
      type: 'link';
      href: string;
      /** The host it really leads to, where its words could let one think of another; null otherwise. */
      host: string | null;
      children: Inline[];
    }
  | { type: 'mention'; userId: string };

export type ListItem = {
  /** Its number as it was typed; null in a list of points. */
  number: number | null;
  children: Inline[];
  /** The lists under it. */
  lists: ListBlock[];
};
export type ListBlock = { type: 'list'; items: ListItem[] };

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'code-block'; language: string | null; text: string }
  | { type: 'quote'; blocks: Block[] }
  | ListBlock;

export type Markdown = {
  blocks: Block[];
  /** One to three emoji and nothing else, which are shown larger. */
  isEmojiOnly: boolean;
};

/** Every inline of the blocks, children after their parents. */
export function* inlinesOf(blocks: readonly Block[]): Generator<Inline> {
  for (const block of blocks)
    switch (block.type) {
      case 'paragraph':
        yield* within(block.children);
        break;
      case 'code-block':
        break;
      case 'quote':
        yield* inlinesOf(block.blocks);
        break;
      case 'list':
        for (const item of block.items) {
          yield* within(item.children);
          yield* inlinesOf(item.lists);
        }
        break;
    }
}

function* within(inlines: readonly Inline[]): Generator<Inline> {
  for (const inline of inlines) {
    yield inline;
    if ('children' in inline) yield* within(inline.children);
  }
}
