/** Counting stops here: more is more. */
export const unreadMax = 100;
/** Threads that one question about unread messages may name. */
export const unreadAskMax = 50;

/** The number as a pill shows it. */
export const unreadLabel = (unread: number) => (unread >= unreadMax ? `${unreadMax - 1}+` : String(unread));
