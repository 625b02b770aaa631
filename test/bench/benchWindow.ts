import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../support/repository.ts';
import type { SandboxConnection } from '../support/sandbox.ts';
import type { Settings } from '../support/vscodeServer.ts';
import { openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';
import { installBenchExtensions } from './benchExtensions.ts';
import type { BenchExtension } from './benchExtensions.ts';
import { probePortVariable } from './probe/protocol.ts';
import { ProbeServer, probeExtension } from './probeServer.ts';
import { Screen } from './screen.ts';
import type { Bench } from './session.ts';

/**
 * VS Code in a browser can store secrets only if a server sends one half of the encryption key. VS Code's server does
 * not send this half, so this function gives it to the page.
 */
async function giveKeyForSecrets(page: Page): Promise<void> {
  const half = randomBytes(32);
  await page.route('**/mint-key', (route) =>
    route.fulfill({ contentType: 'application/octet-stream', body: half }),
  );
}

/** A VS Code window with the packaged extension, and with the probe in the same extension host. */
export class BenchWindow {
  readonly workbench: Workbench;
  readonly probe: ProbeServer;
  readonly screen: Screen;
  readonly #bench: Bench;

  constructor(parts: { workbench: Workbench; probe: ProbeServer; screen: Screen; bench: Bench }) {
    this.workbench = parts.workbench;
    this.probe = parts.probe;
    this.screen = parts.screen;
    this.#bench = parts.bench;
  }

  /** Opens a view container of the probe. @param name “Bench Static” or “Bench Flat” */
  async openBenchView(name: string): Promise<void> {
    const { page } = this.workbench;
    await page.locator(`.activitybar [role="tab"]:has([aria-label^="${name}"])`).click();
    await page.locator('.part.sidebar .composite.title', { hasText: name }).waitFor();
  }

  /**
   * Reloads the window while a view is open.
   * @returns the time from the start of the new page until a matching row of the view is painted, in ms
   */
  async reloadUntil(row: RegExp): Promise<number> {
    const { probe, screen, workbench } = this;
    const paintedAt = await probe.reconnected(() =>
      screen.rowAppearsAnew(row, () => workbench.runCommand('Developer: Reload Window')),
    );
    const startedAt = await workbench.page.evaluate<number>('performance.timeOrigin');
    await workbench.waitUntilReady();
    return paintedAt - startedAt;
  }

  /** Goes through the sign-in steps and types the password. The caller then presses Enter. */
  async fillInSignIn(connection: SandboxConnection): Promise<void> {
    const { workbench } = this;
    await workbench.runCommand('Onna: Sign In…');
    const step = (number: number): Promise<void> =>
      workbench.quickInput.filter({ hasText: `(${number}/6)` }).waitFor();
    for (const [index, text] of [connection.baseUrl, connection.container, connection.account].entries()) {
      await step(index + 1);
      await workbench.typeInQuickInput(text);
    }
    await step(4);
    await workbench.quickPick('User and password');
    await step(5);
    await workbench.typeInQuickInput(connection.user);
    await step(6);
    await workbench.typeInQuickInput(connection.password, false);
  }

  /** Signs in and waits until the row of the account is shown. */
  async signIn(connection: SandboxConnection): Promise<void> {
    await this.workbench.openView();
    await this.fillInSignIn(connection);
    await this.workbench.page.keyboard.press('Enter');
    await this.workbench.treeRow(connection.user).first().waitFor();
  }

  /** Runs `work`. With `--profile`, saves a CPU profile of the extension host during `work`. */
  async profiled<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.#bench.profile) return work();
    await this.probe.ask('startProfile');
    try {
      return await work();
    } finally {
      const folder = path.join(repository, 'bench-results');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, `${name}.cpuprofile`), await this.probe.ask('stopProfile'));
    }
  }

  async close(): Promise<void> {
    this.probe.close();
    await this.workbench.close();
  }
}

/** Opens a window. The benchmark run closes the window at its end if the caller does not close it earlier. */
export async function openBenchWindow(
  bench: Bench,
  options: {
    readonly settings?: Settings;
    readonly extensions?: readonly BenchExtension[];
    readonly env?: NodeJS.ProcessEnv;
    /** The absolute path of the folder to open. Default: an empty folder. */
    readonly folder?: string;
    /** Called with the folder of installed extensions. */
    readonly changeExtensions?: (extensionsFolder: string) => Promise<unknown>;
  } = {},
): Promise<BenchWindow> {
  const probe = new ProbeServer();
  const port = await probe.listen();
  const extensions = [await probeExtension(), ...(options.extensions ?? [])];
  const workbench = await openWorkbench({
    isUnwatched: true,
    ...(options.folder !== undefined && { folder: options.folder }),
    hasAnimationsAndTooltips: true,
    ...(options.settings !== undefined && { settings: options.settings }),
    env: { [probePortVariable]: String(port), ...options.env },
    addExtensions: async (folder) => {
      await installBenchExtensions(folder, extensions);
      await options.changeExtensions?.(folder);
    },
    preparePage: async (page) => {
      await Screen.prepare(page);
      await giveKeyForSecrets(page);
    },
  }).catch((error: unknown) => {
    probe.close();
    throw error;
  });
  const screen = new Screen(workbench.page);
  const window = new BenchWindow({ workbench, probe, screen, bench });
  let closed: Promise<void> | undefined;
  const close = window.close.bind(window);
  window.close = () => (closed ??= close());
  bench.atEnd(() => window.close());
  await probe.connected();
  return window;
}
