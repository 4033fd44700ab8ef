'use client';

import { useDensity } from '@/client/density';
import { Segmented } from '@/client/ui/segmented';

const label = 'Messages in this browser';

/** How messages look in this browser. */
export function DensitySetting() {
  const { density, setDensity } = useDensity();
  return (
    <section className="mt-4 flex flex-wrap items-center justify-between gap-3 border-t pt-4">
      <h3 className="text-md font-medium">{label}</h3>
      <Segmented
        label={label}
        value={density}
        options={[
          { value: 'bubbles', label: 'Bubbles' },
          { value: 'rows', label: 'Compact rows' },
        ]}
        onChange={setDensity}
      />
    </section>
  );
}
