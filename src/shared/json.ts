import { jsonMaxDepth } from '@/shared/limits';

/**
 * Parses JSON that is at most `jsonMaxDepth` deep: deeper input overflows what walks over it later.
 * @throws {SyntaxError} when it is no JSON, or too deep
 */
export function parseShallowJson(text: string): unknown {
  let depth = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (isString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) isString = false;
    } else if (char === 0x22) isString = true;
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > jsonMaxDepth) throw new SyntaxError(`JSON is nested deeper than ${jsonMaxDepth} levels.`);
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return JSON.parse(text);
}
