import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect } from './fixtures';
import type { Person } from './person';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Initials are a picture of somebody: they are hidden from those who hear, and no part of a name. */
const always = { 'label-content-name-mismatch': { enabled: false } };
/** A menu floats above the page's landmarks and holds the focus while it is there. */
const aboveThePage = { ...always, region: { enabled: false } };

/** Looks at the page as it stands now; what is wrong is named by rule and element. */
export async function expectAccessible({ page }: Person, where: string): Promise<void> {
  const hasMenu = (await page.getByRole('menu').count()) > 0;
  // Evaluated past the page's content policy, which lets no such script in.
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    ([values, exceptions]): Promise<AxeResults> =>
      (window as unknown as { axe: { run(on: Document, options: unknown): Promise<AxeResults> } }).axe.run(
        document,
        {
          runOnly: values,
          rules: exceptions,
          resultTypes: ['violations'],
        },
      ),
    [rules, hasMenu ? aboveThePage : always] as const,
  );
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`,
    ),
  );
  expect.soft(told, where).toEqual([]);
}
