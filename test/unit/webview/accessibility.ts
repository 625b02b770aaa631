import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Checks the page with axe. Fails with a list of the violated rules and of the elements that violate them. */
export async function checkAccessibility(page: Page): Promise<void> {
  // Playwright runs the script through the debugger, so the page's content security policy does not apply.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const results = await window.axe.run(document);
    return results.violations.map(({ id, nodes }) => ({
      rule: id,
      elements: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
    }));
  });
  assert.deepEqual(violations, []);
}

declare global {
  interface Window {
    axe: { run: typeof axe.run };
  }
}
