'use client';

import { Switch } from 'radix-ui';
import { useId } from 'react';
import { callErrorOf } from '@/client/trpc';
import { useUpdateMe, type Me } from '@/client/user/use-me';
import type { Sharing } from '@/shared/user';

const settings: { key: keyof Sharing; label: string }[] = [
  { key: 'showsReceipts', label: 'Show what I have read' },
  { key: 'showsTyping', label: 'Show when I am typing' },
  { key: 'showsPresence', label: 'Show when I am here' },
];

/** What others see of this person while they are here. */
export function SharingSettings({ me }: { me: Me }) {
  const update = useUpdateMe();
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-6 border-t pt-4">
      <h3 id={id} className="text-md font-medium">
        What others see
      </h3>
      {settings.map(({ key, label }) => (
        <label key={key} className="flex h-10 items-center justify-between gap-3 text-md max-md:h-11">
          {label}
          <Switch.Root
            checked={me.sharing[key]}
            disabled={update.isPending}
            onCheckedChange={(isOn) => update.mutate({ [key]: isOn })}
            className="h-5.5 w-9.5 shrink-0 rounded-full border border-control bg-hover p-0.5 transition-colors duration-120 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
          >
            <Switch.Thumb className="block size-4 rounded-full bg-control transition-transform duration-120 data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-ink" />
          </Switch.Root>
        </label>
      ))}
      <p className="text-sm text-soft">What you hide from others, you do not see of them either.</p>
      {update.error && (
        <p role="alert" className="mt-2 text-sm text-red">
          {callErrorOf(update.error).message}
        </p>
      )}
    </section>
  );
}
