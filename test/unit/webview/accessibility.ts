import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Checks the page with axe. Fails with the rules that the page violates and the elements that do. */
export async function checkAccessibility(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the page's content security policy does not apply.
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
