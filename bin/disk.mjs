/** Room on the disk, before anything is started. */
import fs from 'node:fs';
import { nearestExisting } from './paths.mjs';
import { UserError } from './user-error.mjs';

const neededMb = 200;

/** @param {string} dir @returns {number} megabytes that are free where `dir` is, or will be */
export function freeMb(dir) {
  const { bavail, bsize } = fs.statfsSync(nearestExisting(dir));
  return Math.floor((bavail * bsize) / 1024 / 1024);
}

/**
 * @param {string} dir
 * @param {number} [needed] megabytes
 * @returns {string | null} the sentence when the disk is nearly full
 */
export function diskProblem(dir, needed = neededMb) {
  const free = freeMb(dir);
  if (free >= needed) return null;
  return `Only ${free} MB are free on the disk of ${dir}; ${needed} MB are needed. Free some space and start again.`;
}

/**
 * Makes the data directory.
 * @param {string} dir
 * @throws {UserError} when the disk is nearly full, or the place may not be written to
 */
export function prepareDataDir(dir) {
  const problem = diskProblem(dir);
  if (problem) throw new UserError(problem);
  try {
    fs.mkdirSync(dir, { recursive: true });
    fs.accessSync(dir, fs.constants.W_OK | fs.constants.X_OK);
  } catch (cause) {
    const reasons = {
      EACCES: 'this user may not write there',
      EPERM: 'this user may not write there',
      EROFS: 'the disk is read-only',
      EEXIST: 'it is a file',
      ENOTDIR: 'a part of its path is a file',
    };
    throw new UserError(
      `The data directory ${dir} cannot be used: ${reasons[cause.code] ?? cause.message}. Choose another with FOYER_DATA_DIR.`,
    );
  }
}
