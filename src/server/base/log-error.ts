type Told = {
  type: string;
  message: string;
  stack?: string;
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
  cause?: Told;
};

const kept = ['code', 'constraint', 'table', 'column'] as const;
const messageMaxChars = 300;
const depthMax = 4;

/**
 * What an error may say in the log: where it happened and what kind it is. Libraries hang what they worked
 * on to their errors: PostgreSQL the row that was refused, Redis the command, JSON and Prisma the text. None
 * of it is ours to keep, so only names are taken over, and of a message what is not a quotation.
 */
export function safeError(cause: unknown, depth = 0): Told {
  if (!(cause instanceof Error)) return { type: typeof cause, message: 'Something that is no error.' };
  const message = safeMessage(cause);
  const stack = framesOf(cause);
  const named = kept.flatMap((key) => {
    const value: unknown = (cause as unknown as Record<string, unknown>)[key];
    return typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? [[key, value] as const] : [];
  });
  return {
    type: cause.name,
    message,
    ...(stack && { stack }),
    ...Object.fromEntries(named),
    ...(cause.cause !== undefined && depth < depthMax && { cause: safeError(cause.cause, depth + 1) }),
  };
}

function safeMessage({ name, message }: Error): string {
  // Prisma shows the whole call before it says in its last line what was wrong.
  const told = name.startsWith('PrismaClient') ? (message.trim().split('\n').at(-1) ?? '') : message;
  const text = name === 'SyntaxError' ? told.replace(/["'`].*["'`]/s, '…') : told.replace(/: ["'].*/s, ': …');
  return text.slice(0, messageMaxChars);
}

/** The stack begins with the message, which may have many lines. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^ {4}at \S/.test(line) && /(:\d+:\d+\)?|<anonymous>\)?|native\)?)$/.test(line))
    .join('\n');
}
