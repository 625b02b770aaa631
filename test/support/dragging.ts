import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from './until.ts';
import type { Workbench } from './workbench.ts';

/** Moves the mouse in small steps to a point `aside` pixels to the right of the center of an element. */
async function moveTo({ page }: Workbench, element: Locator, aside = 0): Promise<void> {
  const { x, y, width, height } =
    (await element.boundingBox()) ?? assert.fail('the element is not on screen');
  await page.mouse.move(x + width / 2 + aside, y + height / 2, { steps: 5 });
}

/** Drags a folder from the Explorer over the icon of the Onna view to a row. */
export async function dragFromExplorer(workbench: Workbench, folder: string, target: Locator): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Explorer: Focus on Folders View');
  const source = page.locator('.explorer-folders-view [role="treeitem"]').filter({ hasText: folder }).first();
  const icon = page
    .locator('.activitybar [role="tab"]')
    .filter({ has: page.locator('[aria-label^="Onna"]') });
  await source.waitFor();
  await moveTo(workbench, source);
  await page.mouse.down();
  // Chromium begins a drag with the second move.
  await moveTo(workbench, source, 12);
  await until('the drag over the icon opens the view', async () => {
    await moveTo(workbench, icon);
    await moveTo(workbench, icon, 3);
    return (await target.count()) > 0;
  });
  await moveTo(workbench, target);
  await moveTo(workbench, target, 6);
  await page.mouse.up();
}
