/**
 * Continues a list ordered by the exact time of the last message, through the index on its ten-second
 * bucket: within a bucket the few rows are sorted on the way.
 */
export const afterCursor = (alias: string, at: string, id: string) =>
  `${alias}.active_at <= date_bin('10 seconds', ${at}::timestamptz, 'epoch')
   and (${alias}.last_message_at, ${alias}.id) < (${at}::timestamptz, ${id}::uuid)`;
export const byActivity = (alias: string) =>
  `${alias}.active_at desc, ${alias}.last_message_at desc, ${alias}.id desc`;
