'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { useState, type ReactNode } from 'react';
import { DensityProvider } from '@/client/density';
import { NonceContext } from '@/client/nonce';
import { callErrorOf } from '@/client/trpc';
import type { Density } from '@/shared/density';

const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // Live events keep what is on the screen fresh; coming back to a view looks again.
        staleTime: 10_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        retry: (count, cause) => count < 6 && callErrorOf(cause).isPassing,
        // Whoever is told when to come again asks no sooner.
        retryDelay: (count, cause) =>
          callErrorOf(cause).data?.retryAfterMs ?? Math.min(30_000, 1_000 * 2 ** count),
      },
    },
  });

type Props = { nonce?: string; density: Density; children: ReactNode };

export function Providers({ nonce, density, children }: Props) {
  const [queryClient] = useState(makeQueryClient);
  return (
    <ThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      nonce={nonce}
    >
      <NonceContext value={nonce}>
        <DensityProvider initial={density}>
          <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
        </DensityProvider>
      </NonceContext>
    </ThemeProvider>
  );
}
