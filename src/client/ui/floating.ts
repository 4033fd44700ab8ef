/** The look of what floats beside a button. */
export const floating =
  'bg-raised shadow-float z-50 animate-[appear_120ms_var(--ease-out)] rounded-xl border outline-none';
