/** How somebody who is called stands in a text; the first group is their id. */
export const mentionPattern = /<@([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})>/g;

/** Whose names a text could need, in code as well: it is looked at without being parsed. */
export const idsNamedIn = (text: string): string[] =>
  text.includes('<@') ? [...text.matchAll(mentionPattern)].flatMap(([, id]) => id ?? []) : [];
