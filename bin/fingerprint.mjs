/** A hash over files, by path and content: the same sources give the same hash in every clone. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * @param {string[]} places files and folders, relative to the project's folder; absent ones count as absent
 * @param {(file: string) => boolean} [isLeftOut] by the path relative to the project's folder
 * @returns {string}
 */
export function fingerprint(places, isLeftOut = () => false) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesUnder).filter((name) => !isLeftOut(name))) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

function filesUnder(place) {
  const at = path.join(root, place);
  const stat = fs.statSync(at, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [place];
  return fs
    .readdirSync(at)
    .toSorted()
    .flatMap((name) => filesUnder(`${place}/${name}`));
}

/** @param {string} file relative to the project's folder @returns {string} '' when there is none */
export function readStamp(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).hash ?? '';
  } catch {
    return '';
  }
}

/** @param {string} file relative to the project's folder @param {string} hash */
export function writeStamp(file, hash) {
  const at = path.join(root, file);
  fs.writeFileSync(`${at}.${process.pid}`, JSON.stringify({ hash }));
  fs.renameSync(`${at}.${process.pid}`, at);
}
