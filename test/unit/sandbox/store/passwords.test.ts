import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Passwords } from '../../../../src/sandbox/store/passwords.ts';
import type { Derive } from '../../../../src/sandbox/store/passwords.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

/** A derivation that counts its runs, and that a test can hold back. */
class CountedDerivation {
  runs = 0;
  active = 0;
  maxActive = 0;
  readonly passwords: string[] = [];
  #held: PromiseWithResolvers<void> | undefined;

  readonly derive: Derive = async (password, salt, cost) => {
    this.runs++;
    this.passwords.push(password);
    this.maxActive = Math.max(this.maxActive, ++this.active);
    await this.#held?.promise;
    await setImmediate();
    this.active--;
    return createHash('sha256')
      .update(`${password}|${salt.toString('hex')}|${cost}`)
      .digest();
  };

  hold(): void {
    this.#held = Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }
}

describe('The sandbox’s passwords', () => {
  let derivation = new CountedDerivation();
  let clock = new FakeClock();
  let passwords = new Passwords(clock, 16, derivation.derive);
  beforeEach(() => {
    derivation = new CountedDerivation();
    clock = new FakeClock();
    passwords = new Passwords(clock, 16, derivation.derive);
  });

  it('runs scrypt once when 200 clients sign in at once with the same password', async () => {
    const stored = await passwords.hash('tide');
    derivation.runs = 0;
    derivation.hold();
    const checks = Array.from({ length: 200 }, () => passwords.matches('tide', stored));
    derivation.release();
    assert.deepEqual(new Set(await Promise.all(checks)), new Set([true]));
    assert.equal(derivation.runs, 1);
  });

  it('runs scrypt for at most two of 200 different passwords at once, in the order of the requests', async () => {
    const stored = await passwords.hash('tide');
    derivation.passwords.length = 0;
    const wrong = Array.from({ length: 200 }, (_, index) => `wrong ${index}`);
    const results = await Promise.all(wrong.map((password) => passwords.matches(password, stored)));
    assert.deepEqual(new Set(results), new Set([false]));
    assert.ok(derivation.maxActive <= 2, String(derivation.maxActive));
    assert.deepEqual(derivation.passwords, wrong);
  });

  it('remembers a correct password for a minute', async () => {
    const stored = await passwords.hash('tide');
    derivation.runs = 0;
    assert.equal(await passwords.matches('tide', stored), true);
    clock.advanceSync(59_000);
    assert.equal(await passwords.matches('tide', stored), true);
    assert.equal(derivation.runs, 1);
    clock.advanceSync(2_000);
    assert.equal(await passwords.matches('tide', stored), true);
    assert.equal(derivation.runs, 2);
  });

  it('never remembers a wrong password or an unknown user', async () => {
    const stored = await passwords.hash('tide');
    derivation.runs = 0;
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.equal(await passwords.matches('ebb', stored), false);
      assert.equal(await passwords.matches('tide', undefined), false);
    }
    assert.equal(derivation.runs, 4);
  });

  it('does not accept the old password after a change, even if it was just used', async () => {
    const before = await passwords.hash('tide');
    assert.equal(await passwords.matches('tide', before), true);
    const after = await passwords.hash('ebb');
    assert.equal(await passwords.matches('tide', after), false);
    assert.equal(await passwords.matches('ebb', after), true);
  });

  it('continues with the waiting passwords after a run that failed', async () => {
    const failing: Derive = async (password, salt, cost) => {
      if (password.startsWith('fail')) throw new Error('no memory');
      return derivation.derive(password, salt, cost);
    };
    passwords = new Passwords(clock, 16, failing);
    const stored = await passwords.hash('tide');
    const checks = ['fail 1', 'fail 2', 'fail 3', 'tide'].map((password) =>
      passwords.matches(password, stored),
    );
    const results = await Promise.allSettled(checks);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected', 'fulfilled'],
    );
  });
});
