import {
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type CSSProperties,
  type Key,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { ListDriver, type ListEvents } from './list-driver';
import { moveOfKey } from './list-key';
import type { Align, ListShape, SeqTarget } from './list-model';
import { SeqRow, type RowAttributes } from './seq-row';
import { SeqScrollbar } from './seq-scrollbar';

/** What a caller can ask of a mounted list. Nothing here is animated. */
export interface SeqListHandle {
  /** Goes to a row at once and stays on it until a person scrolls; `offset` moves it down, px. */
  scrollToSeq: (seq: number, place?: { align?: Align; offset?: number }) => void;
  scrollToEnd: () => void;
  /** Moves the view down by px, as a person's scrolling does. */
  scrollBy: (px: number) => void;
  /** The row being held and the px from the viewport's top to it: `initial={{ seq, offset }}` restores it. */
  anchor: () => { seq: number; offset: number };
  isAtEnd: () => boolean;
  /** Puts the keyboard focus on the list. */
  focus: () => void;
}

export interface SeqListProps extends ListEvents {
  /** First and last seq, inclusive; empty when last < first. */
  first: number;
  last: number;
  /** Must be stable: a new function renders every row anew. */
  renderRow: (seq: number) => ReactNode;
  /** Px of a row not measured yet; asked often, so it must be quick. */
  estimateHeight: (seq: number) => number;
  /** Where to open; read once. */
  initial?: SeqTarget | 'end';
  rowKey?: (seq: number) => Key;
  /** Further attributes of a row's element, e.g. aria-labelledby; must be stable. */
  getRowProps?: (seq: number) => RowAttributes;
  /** Rows rendered beyond each edge. */
  overscan?: number;
  /** Space above the first and below the last row, px. */
  paddingStart?: number;
  paddingEnd?: number;
  /** Where rows stand that do not fill the view. */
  gravity?: 'start' | 'end';
  endThreshold?: number;
  /** Rows of the server's and the first render. */
  initialRows?: number;
  ref?: Ref<SeqListHandle>;
  id?: string;
  'aria-label'?: string;
  'aria-labelledby'?: string;
  'aria-busy'?: boolean;
  /** Of the outer box, which must have a height. */
  className?: string;
  style?: CSSProperties;
  /** Of the box that carries the rows. */
  contentClassName?: string;
  scrollbarClassName?: string;
  thumbClassName?: string;
}

/**
 * A list of rows addressed by seq that opens anywhere at once and never moves by itself; see
 * docs/decisions/002-the-list.md. The scrollbar and keys reach over all rows, the DOM holds those in view.
 */
export function SeqList(props: SeqListProps) {
  const { first, last, renderRow, getRowProps, rowKey } = props;
  const ownId = useId();
  const feedId = props.id ?? ownId;
  const shape = shapeOf(props);
  const [{ driver, styles }] = useState(() => {
    const initial = props.initial ?? 'end';
    return {
      driver: new ListDriver(shape, initial, props.initialRows ?? 24),
      styles: initial === 'end' ? stylesFromEnd : stylesFromStart,
    };
  });
  const scrollerRef = useRef<HTMLDivElement>(null);
  const spacerRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const { from, to } = useSyncExternalStore(driver.subscribe, driver.getRange, driver.getRange);

  useLayoutEffect(() => {
    const [scroller, spacer, content] = [scrollerRef.current, spacerRef.current, contentRef.current];
    if (!scroller || !spacer || !content) return;
    scroller.style.display = spacer.style.display = 'block';
    content.style.position = 'absolute';
    return driver.attach({ scroller, spacer, content });
  }, [driver]);

  // After every render: it costs one reading of the layout, and it is what keeps the view still.
  useLayoutEffect(() => {
    driver.events = props;
    driver.setShape(shape);
    driver.commit();
  });

  useImperativeHandle(props.ref, () => handleOf(driver, scrollerRef), [driver]);

  const rows: ReactNode[] = [];
  for (let seq = Math.max(from, first); seq <= Math.min(to, last); seq++) {
    rows.push(
      <SeqRow
        key={rowKey ? rowKey(seq) : seq}
        driver={driver}
        seq={seq}
        position={seq - first + 1}
        setSize={last - first + 1}
        renderRow={renderRow}
        getRowProps={getRowProps}
      />,
    );
  }

  return (
    <div
      role="presentation"
      className={props.className}
      style={{ position: 'relative', overflow: 'hidden', ...props.style }}
      onKeyDown={(event) => moveByKey(driver, event)}
    >
      <div
        ref={scrollerRef}
        id={feedId}
        role="feed"
        // What scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={props['aria-label']}
        aria-labelledby={props['aria-labelledby']}
        aria-busy={props['aria-busy']}
        data-seq-list
        style={styles.scroller}
      >
        <div ref={spacerRef} aria-hidden style={styles.spacer} />
        <div ref={contentRef} className={props.contentClassName} style={styles.content}>
          {rows}
        </div>
      </div>
      <SeqScrollbar
        driver={driver}
        controls={feedId}
        className={props.scrollbarClassName}
        thumbClassName={props.thumbClassName}
      />
    </div>
  );
}

function shapeOf(props: SeqListProps): ListShape {
  const { first, last, estimateHeight } = props;
  const { overscan = 8, paddingStart = 0, paddingEnd = 0, gravity = 'end', endThreshold = 8 } = props;
  return { first, last, estimateHeight, overscan, paddingStart, paddingEnd, gravity, endThreshold };
}

function handleOf(driver: ListDriver, scroller: { current: HTMLElement | null }): SeqListHandle {
  return {
    scrollToSeq: (seq, place) => driver.jump({ seq, ...place }),
    scrollToEnd: () => driver.jump('end'),
    scrollBy: (px) => driver.scrollBy(px),
    anchor: () => ({ seq: driver.model.hold.seq, offset: driver.model.hold.top }),
    isAtEnd: () => driver.model.isAtEnd,
    focus: () => scroller.current?.focus({ preventScroll: true }),
  };
}

function moveByKey(driver: ListDriver, event: KeyboardEvent): void {
  const move = moveOfKey(event);
  if (!move || event.defaultPrevented || isEditing(event.target)) return;
  event.preventDefault();
  switch (move) {
    case 'start':
      return driver.jumpToStart();
    case 'end':
      return driver.jump('end');
    case 'pageUp':
      return driver.scrollByPages(-1);
    case 'pageDown':
      return driver.scrollByPages(1);
  }
}

function isEditing(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

const scrollerStyle: CSSProperties = {
  position: 'absolute',
  inset: 0,
  overflowX: 'hidden',
  overflowY: 'auto',
  overflowAnchor: 'none',
  overscrollBehavior: 'contain',
  scrollbarWidth: 'none',
};
const contentStyle: CSSProperties = { insetInline: 0, contain: 'layout style' };

/** Until scripts run, a reversed column makes the browser itself open the server's rows at the end. */
const stylesFromEnd = {
  scroller: { ...scrollerStyle, display: 'flex', flexDirection: 'column-reverse' },
  spacer: { display: 'none' },
  content: contentStyle,
} satisfies Record<string, CSSProperties>;

const stylesFromStart = {
  ...stylesFromEnd,
  scroller: { ...scrollerStyle, display: 'block' },
} satisfies Record<string, CSSProperties>;
