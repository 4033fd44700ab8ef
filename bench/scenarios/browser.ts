import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { v7 as newId } from 'uuid';
import { newSecret } from '../core/secret';
import type { Row } from '../core/result';
import { fillThread, withClient } from '../fill';
import { startFoyer } from '../foyer';
import type { Scrolled } from '../list/scroll-thread.mjs';
import type { Scenario } from '../scenario';
import { measureScrolling, scrollingRows } from './scrolling';

/** All that differs between a quick run and a long one; a minute of scrolling passes thousands of rows. */
const quick = { size: 100_000, rounds: 1, traces: 1, seconds: 3 };
const full = { size: 1_000_000, rounds: 5, traces: 2, seconds: 60 };
const authors = 7;

type Figures = { firstMs: number; switchMs: number; typeMs: number; script: number };

/** What a person waits for, in Chromium. */
export const browser: Scenario = {
  about: 'in Chromium: cold load, JavaScript sent, opening threads, typing, scrolling',
  async run({ store, isQuick, say }) {
    const { size, rounds, traces, seconds } = isQuick ? quick : full;
    const foyer = await startFoyer(store);
    const secret = newSecret();
    const chrome = await launch();
    try {
      const room = await foyer.makeRoom(secret);
      const guest = foyer.guest(secret);
      const [big, small] = [newId(), newId()];
      const made = await guest.thread.create.mutate({ id: big, roomId: room.id, title: 'The big one' });
      await guest.thread.create.mutate({ id: small, roomId: room.id, title: 'The small one' });
      for (let i = 1; i < authors; i++)
        await foyer.guest().message.send.mutate({ id: newId(), threadId: small, text: `From guest ${i}` });
      await guest.message.send.mutate({ id: newId(), threadId: small, text: 'Just this' });
      say(`writing ${size.toLocaleString('en')} messages`);
      await withClient(foyer.databaseUrl, (client) => fillThread(client, big, size));
      const address = `${foyer.url}/r/${room.slug}/t/${made.shortId}`;
      const figures: Figures[] = [];
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1}`);
        figures.push(await measure(chrome, address, size));
      }
      const scrolled: Scrolled[] = [];
      for (let trace = 0; trace < traces; trace++) {
        say(`scrolling for ${seconds} s`);
        scrolled.push(await measureScrolling(chrome, { address, size, seconds }));
      }
      return [...rowsOf(figures, size, await floorKilobytes()), ...scrollingRows(scrolled, seconds)];
    } finally {
      await chrome.close();
      await foyer.stop();
    }
  },
};

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });

/** In a new context: nothing is cached. */
async function measure(chrome: Browser, url: string, size: number): Promise<Figures> {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    // What compiles these files names functions by a helper that the page does not have.
    await context.addInitScript('globalThis.__name ??= (work) => work');
    const page = await context.newPage();
    let script = 0;
    const sizes: Promise<void>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      sizes.push(response.body().then((body) => void (script += gzipSync(body).length / 1_024)));
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator(`[data-seq="${size}"]`).waitFor();
    const firstMs = await page.evaluate(() => performance.now());
    await page.waitForLoadState('networkidle');
    await Promise.all(sizes);
    const switchMs = await timeSwitch(page, size);
    const typeMs = await timeTyping(page);
    return { firstMs, switchMs, typeMs, script };
  } finally {
    await context.close();
  }
}

/** From the press on a thread to the frame that shows its newest message; there and back. */
async function timeSwitch(page: Page, size: number): Promise<number> {
  await page
    .getByRole('link', { name: /The small one/ })
    .first()
    .click();
  await page.getByText('Just this').last().waitFor();
  const link = page.getByRole('link', { name: /The big one/ }).first();
  return link.evaluate(
    (element, seq) =>
      new Promise<number>((resolve) => {
        const began = performance.now();
        const look = () =>
          document.querySelector(`[data-seq="${seq}"]`)?.textContent
            ? resolve(performance.now() - began)
            : requestAnimationFrame(look);
        (element as HTMLElement).click();
        requestAnimationFrame(look);
      }),
    size,
  );
}

/** From a key to the frame after the letter stands there, the median of forty. */
async function timeTyping(page: Page): Promise<number> {
  const box = page.getByRole('textbox', { name: /message|write/i }).last();
  await box.click();
  await page.evaluate(() => {
    const taken: number[] = [];
    Object.assign(window, { taken });
    addEventListener('keydown', ({ timeStamp }) =>
      requestAnimationFrame(() => setTimeout(() => taken.push(performance.now() - timeStamp))),
    );
  });
  await page.keyboard.type('The quick brown fox jumps over the lazy dog', { delay: 20 });
  return page.evaluate(() => {
    const { taken } = window as unknown as { taken: number[] };
    return taken.toSorted((a, b) => a - b)[taken.length >> 1] ?? Number.NaN;
  });
}

/** Next's runtime with React, and the libraries that any page of this kind needs, with nothing written on them. */
async function floorKilobytes(): Promise<number> {
  const root = path.join(import.meta.dirname, '..', '..');
  const manifest = JSON.parse(fs.readFileSync(path.join(root, '.next/build-manifest.json'), 'utf8')) as {
    rootMainFiles: string[];
  };
  const runtime = manifest.rootMainFiles.map((file) => fs.readFileSync(path.join(root, '.next', file)));
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { QueryClient, QueryClientProvider, useQuery, useInfiniteQuery, useMutation } from '@tanstack/react-query';
        export { createTRPCClient, createWSClient, wsLink, httpBatchLink, splitLink } from '@trpc/client';
        export { useVirtualizer } from '@tanstack/react-virtual';`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    external: ['react', 'react-dom', 'react/jsx-runtime'],
    logLevel: 'silent',
  });
  const parts = [...runtime, ...outputFiles.map((file) => file.contents)];
  return parts.reduce((sum, part) => sum + gzipSync(part).length / 1_024, 0);
}

function rowsOf(rounds: Figures[], size: number, floor: number): Row[] {
  const row = (what: string, unit: string, figure: keyof Figures, more: Partial<Row> = {}): Row => ({
    id: '',
    what,
    unit,
    subject: 'foyer',
    rounds: rounds.map((each) => each[figure]),
    ...more,
  });
  return [
    row(`cold load to the newest of ${size.toLocaleString('en')} messages`, 'ms', 'firstMs', {
      id: 'B2',
      target: { atMost: 1_000 },
    }),
    row('another thread by a press', 'ms', 'switchMs', { target: { atMost: 150 } }),
    row('a key to its letter on screen, p50', 'ms', 'typeMs', { id: 'B2', target: { atMost: 50 } }),
    row('JavaScript on a cold load, gzipped', 'KB', 'script', {
      id: 'B1',
      versus: {
        name: 'the libraries alone',
        rounds: rounds.map(() => floor),
      },
      target: { atMost: 1.4 },
    }),
  ];
}
