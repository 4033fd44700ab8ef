import { jsonMaxDepth } from '@/shared/limits';

/**
 * Parses JSON that is at most `jsonMaxDepth` deep: deeper input overflows what walks over it later.
 * @throws {SyntaxError} when it is no JSON, or too deep
 */
export function parseShallowJson(text: string): unknown {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) i = endOfString(text, i);
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > jsonMaxDepth) throw new SyntaxError(`JSON is nested deeper than ${jsonMaxDepth} levels.`);
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return JSON.parse(text);
}

/** The place of the quote that ends the string that begins at `from`, or the text's end without one. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === 0x5c) escapes--;
    if ((at - escapes) % 2 === 0) return at;
  }
  return text.length;
}
