import { clsx } from 'clsx';

/** A grey bar in the shape of what comes. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={clsx('block rounded bg-hover', className)} />
);
