/** Where things are. */
import fs from 'node:fs';
import path from 'node:path';

/** The folder of package.json. */
export const root = path.resolve(import.meta.dirname, '..');

/** @param {string[]} parts relative to the project's folder */
export const inRoot = (...parts) => path.join(root, ...parts);

/** The data directory, absolute: FOYER_DATA_DIR, or `.foyer` in the project's folder. */
export const dataDir = () => path.resolve(root, process.env.FOYER_DATA_DIR || '.foyer');

/** @param {string} at @returns {string} `at`, or the nearest folder above it that exists */
export function nearestExisting(at) {
  while (!fs.existsSync(at) && at !== path.dirname(at)) at = path.dirname(at);
  return at;
}
