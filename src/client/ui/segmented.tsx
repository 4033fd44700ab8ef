'use client';

import { RadioGroup } from 'radix-ui';
import { clsx } from 'clsx';

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
  return (
    <RadioGroup.Root
      aria-label={label}
      orientation="horizontal"
      value={value}
      onValueChange={(told) => {
        const chosen = options.find((option) => option.value === told);
        if (chosen) onChange(chosen.value);
      }}
      className={clsx('flex h-8 rounded-control bg-hover p-0.5 max-md:h-11', className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className={clsx(
            'min-w-0 flex-auto rounded-[5px] px-2 text-sm transition-colors duration-120',
            option.value === value ? 'bg-surface font-medium shadow-xs' : 'text-soft hover:text-ink',
          )}
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
