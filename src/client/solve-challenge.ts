import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2';
import type { Challenge } from 'altcha-lib/types';

/**
 * Works on a challenge of the server. Each step is the browser's own cryptography, off the page's thread.
 * @returns the proof, as JSON
 * @throws {Error} where a page is not secure enough to be given that cryptography, or it takes too long
 */
export async function solve(text: string): Promise<string> {
  const challenge = JSON.parse(text) as Challenge;
  const solution = await solveChallenge({ challenge, deriveKey });
  if (!solution) throw new Error('The challenge could not be solved in time.');
  return JSON.stringify({ challenge, solution });
}
