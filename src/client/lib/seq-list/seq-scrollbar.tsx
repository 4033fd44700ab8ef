import { useLayoutEffect, useRef, type CSSProperties, type PointerEvent } from 'react';
import type { ListDriver } from './list-driver';
import { thumbOf } from './thumb';

interface SeqScrollbarProps {
  driver: ListDriver;
  /** id of the element that scrolls. */
  controls: string;
  className?: string | undefined;
  thumbClassName?: string | undefined;
}

const minThumbPx = 32;
const lingerMs = 900;

const trackStyle: CSSProperties = {
  position: 'absolute',
  insetBlock: 0,
  insetInlineEnd: 0,
  width: 'var(--scrollbar-width, 12px)',
  opacity: 0,
  pointerEvents: 'none',
  touchAction: 'none',
  userSelect: 'none',
  transition: 'var(--scrollbar-transition, none)',
};

const thumbStyle: CSSProperties = {
  position: 'absolute',
  insetBlockStart: 0,
  insetInline: 'var(--scrollbar-inset, 2px)',
  borderRadius: 'var(--scrollbar-radius, 999px)',
  background: 'var(--scrollbar-thumb, rgb(128 128 128 / 0.6))',
};

/**
 * A scrollbar over all rows, shown while scrolling, under the pointer and with focus. Drawn past React: it
 * moves with every frame. Keys are handled by the list around it.
 */
export function SeqScrollbar({ driver, controls, className, thumbClassName }: SeqScrollbarProps) {
  const trackRef = useRef<HTMLDivElement>(null);
  const thumbRef = useRef<HTMLDivElement>(null);
  /** Where the pointer holds the thumb, px from the thumb's start; null when it does not. */
  const grip = useRef<number | null>(null);

  useLayoutEffect(() => {
    const track = trackRef.current;
    const thumb = thumbRef.current;
    // The list's outer box: the pointer over it shows the scrollbar.
    const root = track?.parentElement;
    if (!track || !thumb || !root) return;
    let isHovered = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const show = () => {
      const isShown =
        isHovered || timer !== undefined || grip.current !== null || track.matches(':focus-visible');
      track.style.opacity = isShown ? '1' : '0';
      track.style.pointerEvents = isShown ? 'auto' : 'none';
    };
    const linger = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        show();
      }, lingerMs);
    };
    const draw = () => {
      const { viewport, placement, first, last } = driver.model;
      const { offset, length } = thumbOf(driver.thumbInput(viewport, minThumbPx));
      track.hidden = length >= viewport;
      if (grip.current === null) thumb.style.transform = `translateY(${offset}px)`;
      thumb.style.height = `${length}px`;
      track.ariaValueMin = String(first);
      track.ariaValueMax = String(last);
      track.ariaValueNow = String(placement.visibleFrom);
      if (driver.isMoving) linger();
      show();
    };
    const hover = (event: Event) => {
      isHovered = event.type === 'pointerenter' && (event as globalThis.PointerEvent).pointerType === 'mouse';
      show();
    };
    const events = ['pointerenter', 'pointerleave'];
    for (const type of events) root.addEventListener(type, hover);
    const focusEvents = ['focus', 'blur', 'lostpointercapture'];
    for (const type of focusEvents) track.addEventListener(type, draw);
    const stop = driver.onDraw(draw);
    return () => {
      stop();
      clearTimeout(timer);
      for (const type of events) root.removeEventListener(type, hover);
      for (const type of focusEvents) track.removeEventListener(type, draw);
    };
  }, [driver]);

  const dragTo = (clientY: number) => {
    const thumb = thumbRef.current;
    const box = trackRef.current?.getBoundingClientRect();
    if (!thumb || !box || grip.current === null) return;
    const way = box.height - thumb.offsetHeight;
    const offset = Math.min(Math.max(clientY - box.top - grip.current, 0), way);
    thumb.style.transform = `translateY(${offset}px)`;
    driver.scrollToShare(way > 0 ? offset / way : 0);
  };

  const startDrag = (event: PointerEvent) => {
    const thumb = thumbRef.current?.getBoundingClientRect();
    if (event.button !== 0 || !thumb) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const isOnThumb = event.clientY >= thumb.top && event.clientY < thumb.bottom;
    grip.current = isOnThumb ? event.clientY - thumb.top : thumb.height / 2;
    if (!isOnThumb) dragTo(event.clientY);
  };

  return (
    <div
      ref={trackRef}
      role="scrollbar"
      tabIndex={-1}
      aria-controls={controls}
      aria-labelledby={controls}
      aria-orientation="vertical"
      aria-valuenow={1}
      className={className}
      style={trackStyle}
      onPointerDown={startDrag}
      onPointerMove={(event) => dragTo(event.clientY)}
      onLostPointerCapture={() => (grip.current = null)}
      onWheel={(event) => driver.scrollBy(event.deltaY * (event.deltaMode === 1 ? 40 : 1))}
    >
      <div ref={thumbRef} className={thumbClassName} style={thumbStyle} />
    </div>
  );
}
