'use client';

import { clsx } from 'clsx';
import { useId } from 'react';

type Props<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: NoInfer<Value>; label: string }[];
  onChange(value: NoInfer<Value>): void;
  className?: string;
};

/** One of a few, side by side; arrows move between them. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: Props<Value>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={clsx('flex h-8 rounded-control bg-hover p-0.5 max-md:h-11', className)}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            'relative grid min-w-0 flex-auto place-items-center rounded-[5px] px-2 text-sm transition-colors duration-120 has-focus-visible:outline-2 has-focus-visible:outline-accent',
            option.value === value ? 'bg-surface font-medium shadow-xs' : 'text-soft hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            // Choosing is not sending the form that the choice stands in.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault();
            }}
            className="absolute inset-0 cursor-pointer appearance-none outline-none"
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
