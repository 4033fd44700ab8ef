'use client';

import { useDensity } from '@/client/density';
import { Segmented } from '@/client/ui/segmented';

/** How messages look in this browser. */
export function DensitySetting() {
  const { density, setDensity } = useDensity();
  return (
    <section className="mt-4 flex flex-wrap items-center justify-between gap-3 border-t pt-4">
      <h3 className="text-md font-medium">Messages in this browser</h3>
      <Segmented
        label="Messages in this browser"
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
