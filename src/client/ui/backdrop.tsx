import { Dialog as Radix } from 'radix-ui';

/** Dims the page behind what has opened over it. */
export const Backdrop = () => (
  <Radix.Overlay className="fixed inset-0 z-40 animate-[appear_120ms_var(--ease-out)] bg-black/35" />
);
