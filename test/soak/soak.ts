import { SeededChance } from './seededChance.ts';
import { desktop } from './desktop.ts';
import { ExtensionUnderTest } from './extensionUnderTest.ts';
import { ServiceEvents } from './serviceEvents.ts';
import { liveHeapBytes, openHandles } from './memory.ts';
import { Network } from './networkConditions.ts';
import type { NetworkConditions } from './networkConditions.ts';
import { SimulatedUser } from './simulatedUser.ts';
import { Screen } from './screen.ts';
import { Service } from './service.ts';
import { SoakClock } from '../doubles/soakClock.ts';
import type { ClockFace } from '../doubles/soakClock.ts';
import { Oracle } from './oracle.ts';
import { EventEmitter } from '../doubles/vscodeValues.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** At this minute of each hour faults and happenings stop, and what is on screen is compared. */
const calmAt = 45 * minuteMs;
/** Longer than all waits before rows are sent and asked for, in ms. */
const drawnMs = 1_500;
/** The longest that the next look may be away: the longest pause between two tries, with its jitter, and a time limit. */
const maxWaitMs = 11 * minuteMs + 30_000;

export interface SoakOptions {
  readonly seed: number;
  readonly hours: number;
  readonly datasources: number;
  /** Between two things that happen, or that the user does, in ms: the longest pause. */
  readonly maxPauseMs: number;
  /** Told what happens. */
  readonly tell: (line: string) => void;
}

/** Taken each hour, when all is at rest. */
export interface Reading {
  readonly hour: number;
  readonly heapBytes: number;
  readonly handles: number;
  /** So long after the last fault the next look had ended, ms. */
  readonly recoveryMs: number;
}

export interface SoakReport {
  readonly seed: number;
  readonly hours: number;
  readonly datasources: number;
  readonly looks: number;
  /** Looks that asked for all. */
  readonly listings: number;
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly outages: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly happenings: number;
  readonly notifications: number;
  readonly rowsCompared: number;
  readonly readings: readonly Reading[];
  /** What was not as it should be. */
  readonly failures: readonly string[];
  /** After deactivation. */
  readonly left: {
    readonly timers: number;
    readonly listeners: number;
    readonly things: number;
    readonly handles: number;
  };
  readonly tookMs: number;
}

/** A day of the extension, in a minute. */
export class Soak {
  readonly #options: SoakOptions;
  readonly #clock: SoakClock;
  readonly #clientClock: ClockFace;
  readonly #chance: SeededChance;
  readonly #service: Service;
  readonly #network: Network;
  readonly #extension: ExtensionUnderTest;
  readonly #screen: Screen;
  readonly #person: SimulatedUser;
  readonly #happenings: ServiceEvents;
  readonly #truth: Oracle;
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
    if (!desktop.tree) throw new Error('the extension has made no tree');
    this.#screen = new Screen(
      desktop.tree,
      desktop.view,
      desktop.decorations,
      parts.clock.face(() => 0.5),
    );
    const [screen, service] = [this.#screen, this.#service];
    this.#person = new SimulatedUser({
      ...{ desktop, screen, service, baseUrl: parts.network.baseUrl },
      chance: new SeededChance(seed + 1),
    });
    this.#happenings = new ServiceEvents(service, new SeededChance(seed + 2), () => parts.clock.now());
    this.#truth = new Oracle(service, screen, desktop);
  }

  static async start(options: SoakOptions): Promise<Soak> {
    const { seed, datasources } = options;
    const clock = new SoakClock(Date.parse('2026-03-01T06:00:00Z'));
    const chance = new SeededChance(seed + 3);
    const service = await Service.start({ clock: clock.face(chance.next), chance, datasources });
    const port = Number(new URL(service.sandbox.baseUrl).port);
    const network = await Network.start(port, clock.face(chance.next), new SeededChance(seed + 4));
    const clientClock = clock.face(new SeededChance(seed + 5).next);
    const extension = await ExtensionUnderTest.activate(clientClock);
    return new Soak({ options, clock, clientClock, service, network, extension });
  }

  /** Lets the hours pass. */
  async run(): Promise<SoakReport> {
    const started = performance.now();
    const rejected = (reason: unknown): void => {
      this.#fail(`unhandled rejection: ${words(reason)}`);
    };
    process.on('unhandledRejection', rejected);
    this.#screen.open();
    this.#person.signIn();
    await this.#pass(minuteMs);
    await this.#service.read(true);
    for (let hour = 1; hour <= this.#options.hours; hour++) await this.#hour(hour);
    const left = await this.#end();
    process.off('unhandledRejection', rejected);
    return this.#report(left, performance.now() - started);
  }

  async #hour(hour: number): Promise<void> {
    const start = this.#clock.now();
    let weatherUntil = 0;
    while (this.#clock.now() - start < calmAt) {
      if (this.#clock.now() >= weatherUntil) {
        await this.#network.become(
          this.#chance.of<NetworkConditions>(['fair', 'fair', 'patchy', 'patchy', 'storm', 'offline']),
        );
        weatherUntil = this.#clock.now() + this.#chance.between(3, 14) * minuteMs;
      }
      if (this.#chance.happens(0.5)) await this.#happenings.next();
      else this.#person.act();
      await this.#pass(this.#chance.between(1_000, this.#options.maxPauseMs));
    }
    await this.#check(hour);
    await this.#pass(Math.max(0, start + hourMs - this.#clock.now()));
  }

  /** Faults stop; one look later all must be as it is. */
  async #check(hour: number): Promise<void> {
    await this.#happenings.rest();
    await this.#network.become('fair');
    await this.#person.tidy();
    await this.#service.read();
    const calm = this.#clock.now();
    const looks = this.#network.looks;
    await this.#untilIdle(calm);
    if (!this.#person.isSignedIn) await this.#checkSignedOut(hour);
    await this.#untilLook(hour, calm, looks);
    const recoveryMs = this.#clock.now() - calm;
    await this.#compare(hour);
    const reading = { hour, recoveryMs, heapBytes: await liveHeapBytes(), handles: openHandles() };
    this.#readings.push(reading);
    this.#options.tell(
      `hour ${hour}: right after ${Math.round(recoveryMs / 1_000)} s, ${(reading.heapBytes / 1e6).toFixed(1)} MB, ${reading.handles} handles, ${this.#network.requests} requests, ${this.#network.listings} listings, ${this.#failures.length} failures`,
    );
  }

  async #checkSignedOut(hour: number): Promise<void> {
    await this.#pass(drawnMs);
    const files = await this.#extension.snapshotFiles();
    const secrets = [...this.#extension.secrets.entries.keys()];
    if (files.length + secrets.length > 0 || desktop.status?.isShown)
      this.#fail(`hour ${hour}: signed out, and ${[...files, ...secrets].join(', ')} is left`);
    this.#person.signIn();
    await this.#pass(drawnMs);
  }

  /** Until what the user began has ended, and what it led to is on screen. */
  async #untilIdle(calm: number): Promise<void> {
    await this.#clock.runUntil(calm + maxWaitMs, this.#quiet, () => this.#person.pending.size === 0);
    await this.#pass(drawnMs);
  }

  /** Until a look that began after the last fault has ended. */
  async #untilLook(hour: number, calm: number, before: number): Promise<void> {
    await this.#clock.runUntil(calm + maxWaitMs, this.#quiet, () => this.#network.looks > before);
    if (this.#network.looks === before) this.#fail(`hour ${hour}: no look within ${maxWaitMs} ms`);
    await this.#quiet();
  }

  async #compare(hour: number): Promise<void> {
    for (let scrolls = 0; scrolls < 4; scrolls++) {
      if (scrolls > 0) this.#screen.scrollTo(this.#chance.between(0, this.#screen.rows().length));
      await this.#pass(drawnMs);
      await this.#service.sandbox.settled();
      // The service's own runs go on: what they changed since is for the next look.
      if (await this.#service.read()) {
        await this.#untilLook(hour, this.#clock.now(), this.#network.looks);
        await this.#pass(drawnMs);
      }
      for (const difference of this.#truth.differences()) this.#fail(`hour ${hour}: ${difference}`);
    }
    // At the end the truth itself is checked: what was gathered change by change is read anew.
    if (hour === this.#options.hours) await this.#service.read(true);
    for (const difference of this.#truth.treeDifferences()) this.#fail(`hour ${hour}: ${difference}`);
    for (const difference of await this.#truth.resourceDifferences())
      this.#fail(`hour ${hour}: ${difference}`);
    if (this.#person.pending.size > 0)
      this.#fail(`hour ${hour}: going on: ${[...this.#person.pending].join(', ')}`);
  }

  /** The window closes. */
  async #end(): Promise<SoakReport['left']> {
    await this.#extension.deactivate();
    const timers = this.#clientClock.pending;
    this.#screen.dispose();
    const listeners = EventEmitter.listeners;
    await this.#network.stop();
    await this.#service.stop();
    await this.#extension.removeStorage();
    await turns(50);
    // What the service refused is logged in words; what nobody expected, with its stack.
    const unexpected = desktop.errors.filter((line) => / {4}at /.test(line));
    this.#failures.push(...this.#person.thrown, ...this.#screen.complaints, ...unexpected);
    return { timers, listeners, things: desktop.held, handles: openHandles() };
  }

  #report(left: SoakReport['left'], tookMs: number): SoakReport {
    const { seed, hours, datasources } = this.#options;
    const { requests, looks, listings, outages } = this.#network;
    return {
      ...{ seed, hours, datasources, requests, looks, listings, outages, left, tookMs },
      faults: Object.fromEntries(this.#network.faulty),
      actions: Object.fromEntries(this.#person.actions),
      happenings: this.#happenings.count,
      notifications: desktop.notifications,
      rowsCompared: this.#truth.compared,
      readings: this.#readings,
      failures: this.#failures,
    };
  }

  #fail(what: string): void {
    this.#failures.push(what);
    this.#options.tell(`✗ ${what}`);
  }

  #pass(ms: number): Promise<void> {
    return this.#clock.runUntil(this.#clock.now() + ms, this.#quiet);
  }

  /** Until nothing but the clock can make anything happen. */
  readonly #quiet = async (): Promise<void> => {
    for (let calm = 0; calm < 12;) {
      await turns(1);
      const isBusy = this.#network.busy > 0 || process.getActiveResourcesInfo().includes('FSReqPromise');
      calm = isBusy ? 0 : calm + 1;
    }
  };
}

interface SoakParts {
  readonly options: SoakOptions;
  readonly clock: SoakClock;
  readonly clientClock: ClockFace;
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
