import assert from 'node:assert/strict';
import { keepPicturesOfFailures, openWorkbench, type Workbench } from '../support/workbench.ts';

describe('The extension in the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  keepPicturesOfFailures(() => workbench);

  it('adds an icon to the activity bar, and a view with a Sign In button', async () => {
    await workbench.openView();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).first().waitFor();
  });

  it('shows its commands in the Command Palette', async () => {
    await workbench.openPalette('Onna');
    await workbench.quickPickRow('Onna: Sign In').first().waitFor();
    assert.ok((await workbench.quickPickRows()).length > 1);
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.waitFor({ state: 'hidden' });
  });

  for (const theme of ['dark', 'light', 'hc'] as const) {
    it(`renders its view in the ${theme} theme`, async () => {
      await workbench.setTheme(theme);
      await workbench.openView();
      await workbench.screenshot(`workbench-${theme}`);
    });
  }

  it('shows its view after a window reload', async () => {
    await workbench.openView();
    await workbench.reload();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).first().waitFor();
  });
});
