import assert from 'node:assert/strict';
import { Accounts } from '../../../../src/model/accounts/accounts.ts';
import type { SecretStore } from '../../../../src/model/accounts/accounts.ts';
import { Emitter } from '../../../../src/base/event.ts';
import { RenewalTurns } from '../../../../src/model/accounts/renewalTurns.ts';
import type { Clock } from '../../../../src/base/clock.ts';
import type { OnnaError } from '../../../../src/onna/errors.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';

/** The address of the account that all windows use. */
export const address = { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' };

/** Whether an operation on files is in progress in this process. */
function isDiskBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

/** A simulated VS Code window. */
export interface Window {
  readonly accounts: Accounts;
  /** False once the window's process has died. */
  isAlive: boolean;
  /** Start times of the window's sign-ins according to the test clock, in ms. */
  readonly signIns: number[];
}

/** A simulated VS Code profile. Its windows share a folder, and receive each other's secrets after a delay. */
export class Profile {
  readonly clock = new FakeClock();
  readonly windows: Window[] = [];
  /** Duration of a sign-in, in ms. */
  signInMs = 500;
  /** The error that sign-ins throw. If undefined, sign-ins succeed. */
  refuse: OnnaError | undefined;
  readonly #folder: string;
  readonly #lagMs: number;
  readonly #order: <T>(task: Promise<T>) => Promise<T>;
  readonly #secrets: { entries: Map<string, string>; changes: Emitter<{ readonly key: string }> }[] = [];
  #tokens = 0;

  /** @param order Decides the order of simultaneous events. */
  constructor(folder: string, lagMs = 0, order = <T>(task: Promise<T>): Promise<T> => task) {
    this.#folder = folder;
    this.#lagMs = lagMs;
    this.#order = order;
  }

  open(): Window {
    const clock: Clock = {
      now: () => this.clock.now(),
      random: () => 0.5,
      after: (ms, callback) => this.clock.after(ms, () => window.isAlive && callback()),
    };
    const signIn = async (): Promise<string> => {
      window.signIns.push(this.clock.now());
      const { refuse } = this;
      await new Promise<void>((resolve) => clock.after(this.signInMs, resolve));
      if (refuse) throw refuse;
      return `token-${++this.#tokens}`;
    };
    const turns = new RenewalTurns(this.#folder, clock);
    const window: Window = {
      accounts: new Accounts(this.#secretsOfWindow(), signIn, clock, turns),
      isAlive: true,
      signIns: [],
    };
    this.windows.push(window);
    return window;
  }

  get signIns(): number {
    return this.windows.reduce((sum, { signIns }) => sum + signIns.length, 0);
  }

  /** Advances the clock until `done` has settled. @returns The time that passed, in ms. */
  async during(done: Promise<unknown>, each: () => Promise<unknown> = settle): Promise<number> {
    let isDone = false;
    const end = (): void => {
      isDone = true;
    };
    done.then(end, end);
    let passed = 0;
    while (!isDone) {
      assert.ok(passed < 600_000, 'the promise must settle within ten minutes');
      await each();
      // Do not advance the clock while the code under test waits for the disk. Otherwise, its timeouts would expire on
      // a slow disk.
      if (this.clock.pending === 0 || isDiskBusy()) continue;
      await this.clock.advance(100);
      passed += 100;
    }
    return passed;
  }

  dispose(): void {
    for (const { accounts } of this.windows) accounts.dispose();
  }

  #secretsOfWindow(): SecretStore {
    const own = {
      entries: new Map(this.#secrets[0]?.entries),
      changes: new Emitter<{ readonly key: string }>(),
    };
    this.#secrets.push(own);
    const change = (key: string, value: string | undefined): Promise<void> => {
      for (const one of this.#secrets) {
        const arrive = (): void => {
          if (value === undefined) one.entries.delete(key);
          else one.entries.set(key, value);
          one.changes.fire({ key });
        };
        if (one === own) arrive();
        else this.clock.after(this.#lagMs, arrive);
      }
      return this.#order(Promise.resolve());
    };
    return {
      onDidChange: own.changes.event,
      get: (key) => this.#order(Promise.resolve(own.entries.get(key))),
      keys: () => Promise.resolve([...own.entries.keys()]),
      store: change,
      delete: (key) => change(key, undefined),
    };
  }
}
