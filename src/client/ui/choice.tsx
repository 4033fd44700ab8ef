import type { SelectHTMLAttributes } from 'react';

/** A labelled choice of one, as the platform draws it. */
export function Choice({
  id,
  label,
  options,
  className,
  ...props
}: SelectHTMLAttributes<HTMLSelectElement> & {
  id: string;
  label: string;
  options: readonly { value: string | number; label: string }[];
}) {
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        className="h-10 w-full rounded-control border border-control/60 bg-surface px-2.5 text-base max-md:h-11"
        {...props}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
