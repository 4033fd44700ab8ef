'use client';

import { useContext } from 'react';
import { NonceContext } from '@/client/nonce';

/**
 * The server's rows stand around the place of the URL; before they are painted, this brings it to the
 * middle of the view and keeps it there until the list takes it over. It stands after all that takes room
 * from the list. A page that is painted while it still arrives shows no rows before that, nor before the
 * fonts are there that decide where lines break.
 */
export function CentreBeforePaint({ seq }: { seq: number }) {
  const nonce = useContext(NonceContext);
  return (
    <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: scriptFor(seq) }} />
  );
}

const scriptFor = (seq: number) => `{
const row = document.querySelector('[data-seq="${seq}"]');
const list = row && row.closest('[role=feed]');
if (list) {
  const top = () => row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  list.scrollTop += top() - Math.max(0, list.clientHeight - row.offsetHeight) / 2;
  const opened = list.dataset.openedTop = String(top());
  const keep = () => { if (list.dataset.openedTop === opened) list.scrollTop += top() - opened };
  const observer = new ResizeObserver(keep);
  observer.observe(row.parentElement);
  document.fonts.ready.then(() => { keep(); list.closest('[data-placing]').style.animation = 'none' });
}}`;

/**
 * Where that script keeps the row of the URL, px below the list's top; null where none ran. The script
 * lets go of it, so that the list can hold it from here on.
 */
export function takeTopBeforeHydration(listId: string): number | null {
  const list = document.getElementById(listId);
  const top = list?.dataset['openedTop'];
  delete list?.dataset['openedTop'];
  return top === undefined ? null : Number(top);
}
