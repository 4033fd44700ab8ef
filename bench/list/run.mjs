// Proves the list in a real browser: node bench/list/run.mjs [--quick] [--strict]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { checkEdges, checkJumps, checkKeys, checkScrollbar, checkStill } from './checks.mjs';
import { measureScrolling } from './scrolling.mjs';

const here = import.meta.dirname;
const isStrict = process.argv.includes('--strict');
const scrollSeconds = process.argv.includes('--quick') ? 10 : 60;
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const maxMs = (scrollSeconds + 240) * 1000;

const results = [];
/** Notes one line of the table; `isGood` null makes it a number without a verdict. */
function note(what, value, isGood) {
  results.push({ what, value, isGood });
  const mark = isGood === null ? '    ' : isGood ? 'ok  ' : 'FAIL';
  console.log(`${mark}  ${what.padEnd(58)} ${value}`);
}

const { outputFiles } = await build({
  entryPoints: [path.join(here, 'page.tsx')],
  bundle: true,
  write: false,
  logLevel: 'error',
  format: 'iife',
  jsx: 'automatic',
  minify: !isStrict,
  define: { 'process.env.NODE_ENV': isStrict ? '"development"' : '"production"' },
});
const html = await readFile(path.join(here, 'page.html'));
const server = createServer((request, response) => {
  const isScript = request.url?.startsWith('/page.js');
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? outputFiles[0].contents : html);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
const deadline = setTimeout(() => {
  console.error(`Not done after ${maxMs / 1000} s.`);
  process.exit(2);
}, maxMs);

try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => note('error on the page', error.message, false));
  page.on('console', (message) => {
    if (message.type() === 'error') note('console', message.text(), false);
  });
  const open = async (query = '') => {
    await page.goto(`${origin}/?${isStrict ? 'strict&' : ''}${query}`);
    await page.evaluate(() => window.bench.watch.start());
  };
  const bench = { page, open, note, scrollSeconds };
  await checkJumps(bench);
  await checkStill(bench);
  await checkEdges(bench);
  await checkKeys(bench);
  await checkScrollbar(bench);
  await measureScrolling(bench);
} finally {
  clearTimeout(deadline);
  await browser.close();
  server.close();
}

const failures = results.filter(({ isGood }) => isGood === false);
console.log(failures.length === 0 ? '\nAll checks passed.' : `\n${failures.length} checks failed.`);
process.exitCode = failures.length === 0 ? 0 : 1;
