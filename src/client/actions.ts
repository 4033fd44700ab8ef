import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Something that can be done now from wherever the person is: the palette and the help list them all. */
export type Action = {
  id: string;
  label: string;
  group: string;
  /** One key, as `KeyboardEvent.key` names it; it works wherever nothing is being typed. */
  key?: string;
  /** Keys that something else listens to; they are only told. */
  toldKeys?: string;
  run(): void;
};

const offered = new Map<symbol, readonly Action[]>();
const listeners = new Set<() => void>();
let all: readonly Action[] = [];

function tell(): void {
  all = [...offered.values()].flat();
  for (const listener of listeners) listener();
}

/** Offers these for as long as the component is mounted. */
export function useOfferedActions(actions: readonly Action[]): void {
  const place = useRef<symbol>(undefined);
  useEffect(() => {
    const mine = (place.current ??= Symbol('actions'));
    offered.set(mine, actions);
    tell();
  }, [actions]);
  useEffect(
    () => () => {
      if (place.current) offered.delete(place.current);
      place.current = undefined;
      tell();
    },
    [],
  );
}

const none: readonly Action[] = [];
export const useAllActions = (): readonly Action[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
    () => none,
  );

/** What letters are typed into; a choice or a tick takes none. */
const fields = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]';

/** Whether keys belong to what has the focus, or to something open above the page. */
const isBusy = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  (target.matches(fields) ||
    target.closest('[role=dialog], [role=menu], [role=listbox]') !== null ||
    document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null);

/** Runs the action of a key, if one is offered and nothing is being typed. */
export function runByKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.repeat || isBusy(event.target)) return;
  const action = all.find(({ key }) => key === event.key);
  if (!action) return;
  event.preventDefault();
  action.run();
}

/** Runs an action by its id, when it is offered. */
export const runAction = (id: string): void => all.find((action) => action.id === id)?.run();

/** How a key is written for people. */
export const keyName = ({ key, toldKeys }: Pick<Action, 'key' | 'toldKeys'>): string | undefined =>
  toldKeys ?? (key && (key.length === 1 ? key.toUpperCase() : key));
