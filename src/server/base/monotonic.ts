/** Milliseconds that only grow: for how long something takes, which a clock that is set must not change. */
export const monotonicMs = (): number => performance.now();
