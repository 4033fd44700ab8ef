'use client';

import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { densityCookie, type Density } from '@/shared/density';

const yearSeconds = 365 * 24 * 3_600;
const DensityContext = createContext<{ density: Density; setDensity(density: Density): void }>({
  density: 'bubbles',
  setDensity: () => {},
});

/** Kept in a cookie, so that the server draws messages as this browser is going to. */
function keep(density: Density): void {
  const secure = window.location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${densityCookie}=${density}; path=/; max-age=${yearSeconds}; samesite=lax${secure}`;
}

export function DensityProvider({ initial, children }: { initial: Density; children: ReactNode }) {
  const [density, setDensity] = useState(initial);
  const value = useMemo(
    () => ({
      density,
      setDensity: (next: Density) => {
        keep(next);
        setDensity(next);
      },
    }),
    [density],
  );
  return <DensityContext value={value}>{children}</DensityContext>;
}

/** How messages look in this browser, and what changes it. */
export const useDensity = () => useContext(DensityContext);

export const useIsCompact = (): boolean => useDensity().density === 'rows';
