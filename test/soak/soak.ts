import { SeededChance } from './seededChance.ts';
import { desktop } from '../doubles/desktop.ts';
import { ExtensionUnderTest } from './extensionUnderTest.ts';
import { ServiceEvents } from './serviceEvents.ts';
import { liveHeapBytes, openHandles } from './memory.ts';
import { Network } from './networkConditions.ts';
import type { NetworkConditions } from './networkConditions.ts';
import { SimulatedUser } from './simulatedUser.ts';
import { Screen } from './screen.ts';
import { Service } from './service.ts';
import { hasFileRequests } from '../support/fileRequests.ts';
import { FakeClock } from '../doubles/fakeClock.ts';
import { Oracle } from './oracle.ts';
import { EventEmitter } from '../doubles/vscodeValues.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Time within each hour when the faults and the service events stop and the comparison starts, in ms. */
const calmAt = 45 * minuteMs;
/** A time longer than the delay from a change in the store to the redraw of the row, in ms. */
const drawnMs = 1_500;
/** Maximum time until the next poll, in ms: the longest backoff with jitter, plus a timeout. */
const maxWaitMs = 11 * minuteMs + 30_000;

export interface SoakOptions {
  readonly seed: number;
  readonly hours: number;
  readonly datasources: number;
  /** Maximum pause between two service events or user actions, in ms. */
  readonly maxPauseMs: number;
  /** Receives progress messages. */
  readonly log: (line: string) => void;
}

/** The measurements of one hour, taken while no command is running. */
export interface Reading {
  readonly hour: number;
  readonly heapBytes: number;
  readonly handles: number;
  /** Time from the end of the faults to the end of the next poll, in ms. */
  readonly recoveryMs: number;
}

export interface SoakReport {
  readonly seed: number;
  readonly hours: number;
  readonly datasources: number;
  readonly polls: number;
  /** Number of polls that requested the full list. */
  readonly listings: number;
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly outages: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly serviceEvents: number;
  readonly notifications: number;
  readonly rowsCompared: number;
  readonly readings: readonly Reading[];
  /** Descriptions of differences between the screen and the service, and of errors. */
  readonly failures: readonly string[];
  /** Numbers of objects that remain after deactivation. */
  readonly left: {
    readonly timers: number;
    readonly listeners: number;
    readonly things: number;
    readonly handles: number;
  };
  readonly tookMs: number;
}

/** Runs the extension for many simulated hours. A simulated day takes about one minute. */
export class Soak {
  readonly #options: SoakOptions;
  readonly #clock: FakeClock;
  readonly #clientClock: FakeClock;
  readonly #chance: SeededChance;
  readonly #service: Service;
  readonly #network: Network;
  readonly #extension: ExtensionUnderTest;
  readonly #screen: Screen;
  readonly #user: SimulatedUser;
  readonly #serviceEvents: ServiceEvents;
  readonly #oracle: Oracle;
  readonly #failures: string[] = [];
  readonly #readings: Reading[] = [];

  private constructor(parts: SoakParts) {
    this.#options = parts.options;
    this.#clock = parts.clock;
    this.#clientClock = parts.clientClock;
    this.#service = parts.service;
    this.#network = parts.network;
    this.#extension = parts.extension;
    const { seed } = parts.options;
    this.#chance = new SeededChance(seed);
    if (!desktop.tree) throw new Error('The extension has not created its tree view.');
    this.#screen = new Screen(desktop.tree, desktop.view, desktop.decorations, parts.clock.share());
    const [screen, service] = [this.#screen, this.#service];
    this.#user = new SimulatedUser({
      ...{ desktop, screen, service, baseUrl: parts.network.baseUrl },
      chance: new SeededChance(seed + 1),
    });
    this.#serviceEvents = new ServiceEvents(service, new SeededChance(seed + 2), () => parts.clock.now());
    this.#oracle = new Oracle(service, screen, desktop);
  }

  static async start(options: SoakOptions): Promise<Soak> {
    const { seed, datasources } = options;
    const clock = new FakeClock(Date.parse('2026-03-01T06:00:00Z'));
    const chance = new SeededChance(seed + 3);
    const service = await Service.start({ clock: clock.share(chance.next), chance, datasources });
    const port = Number(new URL(service.sandbox.baseUrl).port);
    const network = await Network.start(port, clock.share(chance.next), new SeededChance(seed + 4));
    const clientClock = clock.share(new SeededChance(seed + 5).next);
    const extension = await ExtensionUnderTest.activate(clientClock);
    return new Soak({ options, clock, clientClock, service, network, extension });
  }

  /** Simulates all hours and closes the window. */
  async run(): Promise<SoakReport> {
    const started = performance.now();
    const rejected = (reason: unknown): void => {
      this.#fail(`unhandled rejection: ${words(reason)}`);
    };
    process.on('unhandledRejection', rejected);
    this.#screen.open();
    this.#user.signIn();
    await this.#advance(minuteMs);
    await this.#service.read(true);
    for (let hour = 1; hour <= this.#options.hours; hour++) await this.#hour(hour);
    const left = await this.#end();
    process.off('unhandledRejection', rejected);
    return this.#report(left, performance.now() - started);
  }

  async #hour(hour: number): Promise<void> {
    const start = this.#clock.now();
    let conditionsUntil = 0;
    while (this.#clock.now() - start < calmAt) {
      if (this.#clock.now() >= conditionsUntil) {
        await this.#network.become(
          this.#chance.of<NetworkConditions>(['fair', 'fair', 'patchy', 'patchy', 'storm', 'offline']),
        );
        conditionsUntil = this.#clock.now() + this.#chance.between(3, 14) * minuteMs;
      }
      if (this.#chance.happens(0.5)) await this.#serviceEvents.next();
      else this.#user.act();
      await this.#advance(this.#chance.between(1_000, this.#options.maxPauseMs));
    }
    await this.#check(hour);
    await this.#advance(Math.max(0, start + hourMs - this.#clock.now()));
  }

  /** Stops the faults, waits for the next poll, and records each difference between the screen and the service. */
  async #check(hour: number): Promise<void> {
    await this.#serviceEvents.rest();
    await this.#network.become('fair');
    await this.#user.tidy();
    await this.#service.read();
    const calm = this.#clock.now();
    const pollsBefore = this.#network.polls;
    await this.#untilIdle(calm);
    if (!this.#user.isSignedIn) await this.#checkSignedOut(hour);
    await this.#untilPolled(hour, calm, pollsBefore);
    const recoveryMs = this.#clock.now() - calm;
    await this.#compare(hour);
    const reading = { hour, recoveryMs, heapBytes: await liveHeapBytes(), handles: openHandles() };
    this.#readings.push(reading);
    this.#options.log(
      `hour ${hour}: recovered after ${Math.round(recoveryMs / 1_000)} s, ${(reading.heapBytes / 1e6).toFixed(1)} MB, ${reading.handles} handles, ${this.#network.requests} requests, ${this.#network.listings} listings, ${this.#failures.length} failures`,
    );
  }

  async #checkSignedOut(hour: number): Promise<void> {
    await this.#advance(drawnMs);
    const files = await this.#extension.snapshotFiles();
    const secrets = [...this.#extension.secrets.entries.keys()];
    if (files.length + secrets.length > 0 || desktop.status?.isShown)
      this.#fail(
        `hour ${hour}: after the sign-out, these files and secrets remain: ${[...files, ...secrets].join(', ')}`,
      );
    this.#user.signIn();
    await this.#advance(drawnMs);
  }

  /** Waits until all commands of the user have ended and the screen shows their results. */
  async #untilIdle(calm: number): Promise<void> {
    await this.#advance(calm + maxWaitMs - this.#clock.now(), () => this.#user.pending.size === 0);
    await this.#advance(drawnMs);
  }

  /** Waits for the next poll. `before` is the number of polls so far. */
  async #untilPolled(hour: number, calm: number, before: number): Promise<void> {
    await this.#advance(calm + maxWaitMs - this.#clock.now(), () => this.#network.polls > before);
    if (this.#network.polls === before) this.#fail(`hour ${hour}: no poll within ${maxWaitMs} ms`);
  }

  async #compare(hour: number): Promise<void> {
    for (let scrolls = 0; scrolls < 4; scrolls++) {
      if (scrolls > 0) this.#screen.scrollTo(this.#chance.between(0, this.#screen.rows().length));
      await this.#advance(drawnMs);
      await this.#service.sandbox.settled();
      // The service continues to sync. The screen shows the changes after the next poll.
      if (await this.#service.read()) {
        await this.#untilPolled(hour, this.#clock.now(), this.#network.polls);
        await this.#advance(drawnMs);
      }
      for (const difference of this.#oracle.differences()) this.#fail(`hour ${hour}: ${difference}`);
    }
    // In the last hour, read the full list, to check that `read` has applied the individual changes correctly.
    if (hour === this.#options.hours) await this.#service.read(true);
    for (const difference of this.#oracle.treeDifferences()) this.#fail(`hour ${hour}: ${difference}`);
    for (const difference of await this.#oracle.resourceDifferences())
      this.#fail(`hour ${hour}: ${difference}`);
    if (this.#user.pending.size > 0)
      this.#fail(`hour ${hour}: still running: ${[...this.#user.pending].join(', ')}`);
  }

  /** Deactivates the extension, stops all servers and returns the numbers of leaked objects. */
  async #end(): Promise<SoakReport['left']> {
    await this.#extension.deactivate();
    const timers = this.#clientClock.pending;
    this.#screen.dispose();
    const listeners = EventEmitter.listeners;
    await this.#network.stop();
    await this.#service.stop();
    await this.#extension.removeStorage();
    await turns(50);
    // The extension logs unexpected errors with a stack trace, and refusals of the service without a stack trace.
    const unexpected = desktop.errors.filter((line) => / {4}at /.test(line));
    this.#failures.push(...this.#user.thrown, ...this.#screen.complaints, ...unexpected);
    return { timers, listeners, things: desktop.held, handles: openHandles() };
  }

  #report(left: SoakReport['left'], tookMs: number): SoakReport {
    const { seed, hours, datasources } = this.#options;
    const { requests, polls, listings, outages } = this.#network;
    return {
      ...{ seed, hours, datasources, requests, polls, listings, outages, left, tookMs },
      faults: Object.fromEntries(this.#network.faulty),
      actions: Object.fromEntries(this.#user.actions),
      serviceEvents: this.#serviceEvents.count,
      notifications: desktop.notifications.length,
      rowsCompared: this.#oracle.compared,
      readings: this.#readings,
      failures: this.#failures,
    };
  }

  #fail(problem: string): void {
    this.#failures.push(problem);
    this.#options.log(`✗ ${problem}`);
  }

  async #advance(ms: number, isOver = () => false): Promise<void> {
    await this.#quiet();
    await this.#clock.advance(ms, { settled: this.#quiet, isOver });
  }

  /** Waits until all remaining work depends on the clock. */
  readonly #quiet = async (): Promise<void> => {
    for (let calm = 0; calm < 12;) {
      await turns(1);
      const isBusy = this.#network.busy > 0 || hasFileRequests();
      calm = isBusy ? 0 : calm + 1;
    }
  };
}

interface SoakParts {
  readonly options: SoakOptions;
  readonly clock: FakeClock;
  readonly clientClock: FakeClock;
  readonly service: Service;
  readonly network: Network;
  readonly extension: ExtensionUnderTest;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function words(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
