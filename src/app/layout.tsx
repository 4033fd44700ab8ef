import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '@/client/providers';
import { densityCookie, densityOf } from '@/shared/density';
import { mono, sans } from './fonts';

export const metadata: Metadata = {
  title: { default: 'Foyer', template: '%s · Foyer' },
  description: 'A multi-room inbox. Walk in and talk.',
};
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f7f5' },
    { media: '(prefers-color-scheme: dark)', color: '#131210' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  const density = densityOf((await cookies()).get(densityCookie)?.value);
  return (
    <html lang="en" className={`${sans.variable} ${mono.variable}`} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce} density={density}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
