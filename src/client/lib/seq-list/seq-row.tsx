import { memo, useCallback, type HTMLAttributes, type ReactNode } from 'react';
import type { ListDriver } from './list-driver';

export type RowAttributes = HTMLAttributes<HTMLDivElement> & { [data: `data-${string}`]: string | undefined };

interface SeqRowProps {
  driver: ListDriver;
  seq: number;
  /** 1-based place in the whole feed, and its size. */
  position: number;
  setSize: number;
  renderRow: (seq: number) => ReactNode;
  getRowProps?: ((seq: number) => RowAttributes) | undefined;
}

/** `flow-root` keeps margins of the content inside, so that heights add up; zero-height rows would never end. */
const rowStyle = { display: 'flow-root', minHeight: 1 } as const;

/** One place of the list. Its content is rendered once and then only by its own subscriptions. */
export const SeqRow = memo(function SeqRow(props: SeqRowProps) {
  const { driver, seq, position, setSize, renderRow, getRowProps } = props;
  const ref = useCallback(
    (element: HTMLDivElement | null) => (element ? driver.registerRow(seq, element) : undefined),
    [driver, seq],
  );
  const attributes = getRowProps?.(seq);
  return (
    <div
      role="article"
      {...attributes}
      ref={ref}
      style={attributes?.style ? { ...attributes.style, ...rowStyle } : rowStyle}
      data-seq={seq}
      aria-posinset={position}
      aria-setsize={setSize}
    >
      <RowContent seq={seq} renderRow={renderRow} />
    </div>
  );
});

const RowContent = memo(function RowContent({ seq, renderRow }: Pick<SeqRowProps, 'seq' | 'renderRow'>) {
  return renderRow(seq);
});
