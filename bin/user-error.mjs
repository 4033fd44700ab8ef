/** A failure that one sentence explains; it is printed without a stack. */
export class UserError extends Error {}
