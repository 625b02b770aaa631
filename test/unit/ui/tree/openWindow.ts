import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { startSandbox } from '../../../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { hasFileRequests } from '../../../support/fileRequests.ts';
import { until } from '../../../support/until.ts';
import { SeededChance } from '../../../soak/seededChance.ts';
import { desktop } from '../../../doubles/desktop.ts';
import { ExtensionUnderTest } from '../../../soak/extensionUnderTest.ts';
import { Network } from '../../../soak/networkConditions.ts';
import { nodeOf } from '../../../soak/simulatedUser.ts';
import { Screen } from '../../../soak/screen.ts';
import type { ShownRow } from '../../../soak/screen.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { signIn } from '../../sandbox/support/wire.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Time until all changed rows are drawn, in ms. Longer than all delays, but much shorter than a minute. */
const drawnMs = 1_500;

/** A fake VS Code window with the extension, connected to a real sandbox. Both use the same fake clock. */
export class OpenWindow {
  readonly sandbox: Sandbox;
  readonly network: Network;
  readonly clock: FakeClock;
  /** The time at which all Datasources were synced, in ms since 1970. */
  readonly syncedAt: number;
  #extension: ExtensionUnderTest;
  /** The clock of the extension. The sandbox and the simulated VS Code have clocks of their own, with the same time. */
  #extensionClock: FakeClock;
  #screen: Screen | undefined;

  private constructor(parts: {
    sandbox: Sandbox;
    network: Network;
    clock: FakeClock;
    syncedAt: number;
    extension: ExtensionUnderTest;
    extensionClock: FakeClock;
  }) {
    this.sandbox = parts.sandbox;
    this.network = parts.network;
    this.clock = parts.clock;
    this.syncedAt = parts.syncedAt;
    this.#extension = parts.extension;
    this.#extensionClock = parts.extensionClock;
  }

  /** Starts a sandbox with `datasources` synced Datasources, and opens a window without accounts. */
  static async open(datasources: number): Promise<OpenWindow> {
    const clock = new FakeClock(Date.parse('2026-03-01T12:00:00Z'));
    const chance = new SeededChance(1);
    const sandbox = await startSandbox({ clock: clock.share(chance.next), passwordCost: 16 });
    const syncedAt = clock.now();
    await generateDatasources(sandbox, datasources);
    const port = Number(new URL(sandbox.baseUrl).port);
    const network = await Network.start(port, clock.share(chance.next), new SeededChance(2));
    const extensionClock = clock.share();
    const extension = await ExtensionUnderTest.activate(extensionClock);
    const window = new OpenWindow({ sandbox, network, clock, syncedAt, extension, extensionClock });
    window.#show();
    await window.pass(drawnMs);
    return window;
  }

  /** Number of timers of the extension that have fired since the window was opened. */
  get wakeUps(): number {
    return this.#extensionClock.fired;
  }

  get screen(): Screen {
    if (!this.#screen) throw new Error('the window is closed');
    return this.#screen;
  }

  /** Simulates a sign-in in another window: stores the account in the shared SecretStorage. */
  async signIn(): Promise<void> {
    const { container, account, user, password } = this.sandbox;
    const { baseUrl } = this.network;
    const token = await signIn(this.sandbox, user, password);
    const saved = { version: 1, ...{ baseUrl, container, account, user, password, token } };
    const { id } = connectionTo(saved, user);
    await this.#extension.secrets.store(`onna.connection.${id}`, JSON.stringify(saved));
    await this.#untilListed();
  }

  /** Closes the window, advances the clock by `afterMs`, and opens the window again. */
  async reopen(afterMs: number): Promise<void> {
    await this.#close();
    await this.pass(afterMs);
    this.#extensionClock = this.clock.share();
    this.#extension = await ExtensionUnderTest.activate(this.#extensionClock, this.#extension);
    this.#show();
    await this.#untilListed();
  }

  /** Waits for the list in real time, because file access and cryptography do not follow the fake clock. */
  async #untilListed(): Promise<void> {
    await until('the tree shows Datasources', async () => {
      await this.pass(drawnMs);
      return this.datasources().length > 0;
    });
  }

  #show(): void {
    if (!desktop.tree) throw new Error('the extension did not create a tree');
    this.#screen = new Screen(desktop.tree, desktop.view, desktop.decorations, this.clock.share());
    this.#screen.open();
  }

  async #close(): Promise<void> {
    await this.#extension.deactivate();
    this.#screen?.dispose();
    this.#screen = undefined;
  }

  /** Advances the clock by `ms`, and draws all changes that happen in this time. */
  async pass(ms: number): Promise<void> {
    await this.#quiet();
    await this.clock.advance(ms, { settled: this.#quiet });
  }

  /** Waits until the latest changes are drawn. */
  async drawn(): Promise<void> {
    await this.pass(drawnMs);
  }

  /** The visible rows of Datasources. */
  datasources(): readonly ShownRow[] {
    return this.screen.visible().filter((row) => nodeOf(row).kind === 'datasource');
  }

  group(title: string): ShownRow {
    const row = this.screen.rows().find((each) => nodeOf(each).kind === 'group' && each.item.label === title);
    if (!row) throw new Error(`there is no group “${title}”`);
    return row;
  }

  async run(command: string): Promise<void> {
    await desktop.commands.get(command)?.();
    await this.drawn();
  }

  async close(): Promise<void> {
    await this.#close();
    desktop.attendant = undefined;
    desktop.configuration.clear();
    desktop.setVisible(true);
    desktop.setFocus(true);
    await this.network.stop();
    await this.sandbox.close();
    await this.#extension.removeStorage();
  }

  /** Waits until no request and no file access is pending. */
  readonly #quiet = async (): Promise<void> => {
    for (let calm = 0; calm < 12;) {
      await new Promise((resolve) => setImmediate(resolve));
      const isBusy = this.network.busy > 0 || hasFileRequests();
      calm = isBusy ? 0 : calm + 1;
    }
  };
}
