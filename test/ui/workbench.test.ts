import assert from 'node:assert/strict';
import { keepPicturesOfFailures, openWorkbench, type Workbench } from '../support/workbench.ts';

describe('The extension in the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  keepPicturesOfFailures(() => workbench);

  it('adds an icon to the activity bar, with a view that offers to sign in', async () => {
    await workbench.openView();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).first().waitFor();
  });

  it('shows its commands in the palette', async () => {
    await workbench.openPalette('Onna');
    await workbench.quickPickRow('Onna: Sign In').first().waitFor();
    assert.ok((await workbench.quickPickRows()).length > 1);
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.waitFor({ state: 'hidden' });
  });

  for (const theme of ['dark', 'light', 'hc'] as const) {
    it(`follows the ${theme} theme`, async () => {
      await workbench.setTheme(theme);
      await workbench.openView();
      await workbench.screenshot(`workbench-${theme}`);
    });
  }

  it('works after a reload of the window', async () => {
    await workbench.openView();
    await workbench.reload();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).first().waitFor();
  });
});
