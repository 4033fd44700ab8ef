/** The first of the board: what people react with most. */
export const quickEmoji = ['👍', '❤️', '😂', '🎉', '😮', '😢'] as const;
