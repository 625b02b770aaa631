import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules of axe whose result depends on colors. */
const colorRules = ['color-contrast', 'link-in-text-block'];

/**
 * Checks the page with axe. Fails with a list of the violated rules and of the elements that violate them.
 * @param rules `colors` checks only the rules that depend on colors. A theme changes only CSS variables, so if the same
 * content was checked in one theme with all rules, other themes need only these rules. The others take five times longer.
 */
export async function checkAccessibility(page: Page, rules: 'all' | 'colors' = 'all'): Promise<void> {
  // Parsing axe takes about as long as the check of a page. A document keeps axe until the page is loaded again.
  // Playwright runs the script through the debugger, so the page's content security policy does not apply.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async (only) => {
      const results = await window.axe.run(document, {
        resultTypes: ['violations'],
        ...(only && { runOnly: { type: 'rule', values: [...only] } }),
      });
      return results.violations.map(({ id, nodes }) => ({
        rule: id,
        elements: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
      }));
    },
    rules === 'colors' ? colorRules : undefined,
  );
  assert.deepEqual(violations, []);
}

declare global {
  interface Window {
    axe: { run: typeof axe.run };
  }
}
