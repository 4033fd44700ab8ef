import { clsx } from 'clsx';

const column = 'flex min-w-0 max-w-[88%] flex-col max-md:[@media(hover:hover)]:max-w-[calc(100%-7.5rem)]';

/** How wide a message may be. Whoever points sees a toolbar beside it, for which a narrow window leaves room. */
export const columnOf = (isCompact: boolean) =>
  clsx(column, isCompact ? 'md:max-w-[min(80%,calc(72ch+2rem))]' : 'md:max-w-[min(70%,calc(72ch+2rem))]');

/** Above a message: less where it continues the one before it, and between rows. */
export const spaceAbove = (isFirst: boolean, isCompact: boolean) =>
  isFirst ? (isCompact ? 'pt-2' : 'pt-3') : !isCompact && 'pt-0.5';

/** Around the words: a bubble with its tail on the side it stands on, or nothing. */
export const bodyOf = ({
  isCompact,
  isOwn,
  isDeleted = false,
}: Record<'isCompact' | 'isOwn', boolean> & { isDeleted?: boolean }) =>
  isCompact
    ? 'px-0.5'
    : clsx(
        'rounded-bubble px-3 py-1.5',
        isDeleted ? 'border border-dashed' : isOwn ? 'bg-own text-own-ink' : 'bg-other',
        isOwn ? 'rounded-br-[4px]' : 'rounded-bl-[4px]',
      );
