/** Changes of source files. */
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** Editors write in several steps, and a checkout changes many files. */
const quietMs = 150;

/**
 * @param {string[]} places folders, relative to the project's folder
 * @param {(file: string) => unknown} report told one of the changed files; not told again until it is done
 * @returns {() => void} ends the watch
 */
export function onChange(places, report) {
  let timer;
  let isBusy = false;
  const isSource = (file) => !file.endsWith('~') && !/\.test\.tsx?$|\/cli\/|\/testing\//.test(file);
  const note = (file) => {
    if (!isSource(file)) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (isBusy) return note(file);
      isBusy = true;
      await report(file);
      isBusy = false;
    }, quietMs);
  };
  // One watch per folder: where a watch covers single files, it loses those that an editor replaces.
  const watched = new Map();
  const watchAll = () => {
    const present = new Set(places.flatMap(foldersUnder));
    for (const [place, watcher] of watched) {
      if (present.has(place)) continue;
      watcher.close();
      watched.delete(place);
    }
    for (const place of present) if (!watched.has(place)) watched.set(place, watchFolder(place));
  };
  const watchFolder = (place) =>
    fs
      .watch(inRoot(place), (_, name) => {
        watchAll();
        note(path.join(place, name ?? ''));
      })
      .on('error', () => watched.delete(place)); // the folder has just gone
  watchAll();
  return () => {
    clearTimeout(timer);
    for (const watcher of watched.values()) watcher.close();
  };
}

function foldersUnder(place) {
  try {
    const entries = fs.readdirSync(inRoot(place), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory());
    return [place, ...folders.flatMap((folder) => foldersUnder(`${place}/${folder.name}`))];
  } catch {
    return []; // gone since it was listed
  }
}
