import { expect, it } from 'vitest';
import { moveOfKey } from './list-key';

const press = { key: 'Home', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

it('moves over the whole list by Home, End, Page Up, Page Down and their Mac spelling', () => {
  expect(['Home', 'End', 'PageUp', 'PageDown'].map((key) => moveOfKey({ ...press, key }))).toEqual([
    'start',
    'end',
    'pageUp',
    'pageDown',
  ]);
  expect(moveOfKey({ ...press, key: 'ArrowUp', metaKey: true })).toBe('start');
  expect(moveOfKey({ ...press, key: 'ArrowDown', metaKey: true })).toBe('end');
});

it('leaves selecting, leaving the feed and other keys alone', () => {
  expect(moveOfKey({ ...press, shiftKey: true })).toBeNull();
  expect(moveOfKey({ ...press, ctrlKey: true })).toBeNull();
  expect(moveOfKey({ ...press, key: 'ArrowDown' })).toBeNull();
});
