import localFont from 'next/font/local';

// Optional: a font that comes too late waits for the next page, because text that is wrapped anew would move.
export const sans = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2',
  variable: '--font-geist-sans',
  weight: '100 900',
  display: 'optional',
});

export const mono = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
  display: 'optional',
  // Few pages have code in them: it is fetched where some is shown.
  preload: false,
});
