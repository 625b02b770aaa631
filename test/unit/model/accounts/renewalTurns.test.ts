import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { turnTimeoutMs } from '../../../../src/model/accounts/renewalTurns.ts';
import { OnnaError, isOnnaError } from '../../../../src/onna/errors.ts';
import { until } from '../../../support/until.ts';
import { settle } from '../../../doubles/fakeClock.ts';
import { Profile, address } from './windowsOfProfile.ts';
import type { Window } from './windowsOfProfile.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

describe('Token renewal in two windows of one profile', () => {
  let folder: string;
  let profile: Profile;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'onna-renewals-'));
    profile = new Profile(folder, 2_000);
  });
  afterEach(async () => {
    profile.dispose();
    await rm(folder, { recursive: true });
  });

  /** Opens two windows of the same account, and resets the count of sign-ins. */
  async function two(): Promise<{ id: string; first: Window; second: Window; token: string }> {
    const first = profile.open();
    const added = first.accounts.addByPassword(address, 'ines', 'p');
    await profile.during(added);
    const { id } = await added;
    first.signIns.length = 0;
    const second = profile.open();
    await second.accounts.load();
    return { id, first, second, token: await first.accounts.tokenSource(id).token() };
  }

  it('renews a token only once if the service refuses it in two windows at the same time', async () => {
    const { id, first, second, token } = await two();
    const renewed = Promise.all([first, second].map((one) => one.accounts.tokenSource(id).renew(token)));
    await profile.during(renewed);
    const [one, other] = await renewed;
    assert.equal(one, other);
    assert.notEqual(one, token);
    assert.equal(profile.signIns, 1);
  });

  it('renews a token only once if the second window has not received the new token yet', async () => {
    const { id, first, second, token } = await two();
    const renewal = first.accounts.tokenSource(id).renew(token);
    await profile.during(renewal);
    assert.equal(await second.accounts.tokenSource(id).token(), token, 'the new token has not arrived yet');
    const later = second.accounts.tokenSource(id).renew(token);
    await profile.during(later);
    assert.equal(await later, await renewal);
    assert.equal(profile.signIns, 1);
  });

  it('tries an outdated password once in total, rather than once per window', async () => {
    const { id, first, second, token } = await two();
    profile.refuse = new OnnaError({ kind: 'badCredentials' });
    for (let time = 0; time < 3; time++) {
      for (const { accounts } of [first, second]) {
        const renewal = accounts.tokenSource(id).renew(token);
        const refused = assert.rejects(renewal, (error) => isOnnaError(error, 'signedOut'));
        await profile.during(refused);
        await refused;
      }
    }
    assert.equal(profile.signIns, 1);
    profile.refuse = undefined;
    const again = second.accounts.addByPassword(address, 'ines', 'new');
    await profile.during(again);
    await profile.clock.advance(3_000);
    const now = await second.accounts.tokenSource(id).token();
    assert.equal(await first.accounts.tokenSource(id).token(), now);
  });

  it('renews the token at once in the second window if the auth server was down for the first window', async () => {
    const { id, first, second, token } = await two();
    profile.refuse = new OnnaError({ kind: 'authServerDown' });
    const failed = assert.rejects(first.accounts.tokenSource(id).renew(token), (error) =>
      isOnnaError(error, 'authServerDown'),
    );
    await profile.during(failed);
    await failed;
    profile.refuse = undefined;
    const renewed = second.accounts.tokenSource(id).renew(token);
    assert.ok((await profile.during(renewed)) < 2_000, 'the second window does not wait for the first one');
    assert.notEqual(await renewed, token);
  });

  it('renews the token in the second window if the first window dies and sends no heartbeat for 10 s', async () => {
    const { id, first, second, token } = await two();
    profile.signInMs = 5_000;
    first.accounts.tokenSource(id).renew(token).catch(throwUncaught);
    await until('the first window signs in', () => first.signIns.length === 1);
    await profile.clock.advance(4_000);
    first.isAlive = false;
    const renewed = second.accounts.tokenSource(id).renew(token);
    const waited = await profile.during(renewed);
    assert.notEqual(await renewed, token);
    assert.equal(second.signIns.length, 1);
    assert.ok(waited >= turnTimeoutMs && waited < turnTimeoutMs + 10_000, `waited ${waited} ms`);
  });

  it('makes the second window wait for a slow renewal in the first window, even if the clock jumps', async () => {
    const { id, first, second, token } = await two();
    profile.signInMs = 60_000;
    const renewed = Promise.all([first, second].map((one) => one.accounts.tokenSource(id).renew(token)));
    let steps = 0;
    await profile.during(renewed, async () => {
      await settle();
      if (++steps % 100 === 0) profile.clock.jump(steps % 200 === 0 ? -3 * 3_600_000 : 2 * 3_600_000);
    });
    assert.equal(new Set(await renewed).size, 1);
    assert.equal(profile.signIns, 1);
  });

  it('renews the token even if the shared folder is not usable', async () => {
    const { id, first, token } = await two();
    await rm(folder, { recursive: true });
    await writeFile(folder, 'not a folder');
    const renewed = first.accounts.tokenSource(id).renew(token);
    await profile.during(renewed);
    assert.notEqual(await renewed, token);
  });

  it('keeps only one file in the shared folder, never writes the token to it, and deletes it at sign-out', async () => {
    const { id, first, second, token } = await two();
    for (const { accounts } of [first, second, first]) {
      const renewed = accounts.tokenSource(id).renew(await accounts.tokenSource(id).token());
      await profile.during(renewed);
      await profile.clock.advance(3_000);
    }
    assert.deepEqual(await readdir(path.join(folder, id)), ['3']);
    assert.doesNotMatch(await readFile(path.join(folder, id, '3'), 'utf8'), /token-/);
    assert.notEqual(await second.accounts.tokenSource(id).token(), token);
    await first.accounts.remove(id);
    assert.deepEqual(await readdir(folder), []);
  });

  it('signs in only once for any order of events, unless the renewing window dies', async function () {
    this.timeout(60_000);
    const someTime = fc.integer({ min: 0, max: 80 }).map((count) => count * 100);
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({
          starts: fc.array(someTime, { minLength: 2, maxLength: 4 }),
          signInMs: someTime,
          lagMs: someTime.map((ms) => ms / 2),
          death: fc.option(someTime, { nil: undefined }),
          jump: fc.constantFrom(0, -7_200_000, 7_200_000),
        }),
        async (scheduler, { starts, signInMs, lagMs, death, jump }) => {
          const own = await mkdtemp(path.join(folder, 'run-'));
          const profile = new Profile(own, lagMs, (task) => scheduler.schedule(task));
          profile.signInMs = signInMs;
          const step = async (): Promise<void> => {
            if (scheduler.count() > 0) await scheduler.waitNext(1);
            await settle();
          };
          const first = profile.open();
          const added = first.accounts.addByPassword(address, 'ines', 'p');
          await profile.during(added, step);
          const { id } = await added;
          const token = await first.accounts.tokenSource(id).token();
          first.signIns.length = 0;
          const windows = [first, ...starts.slice(1).map(() => profile.open())];
          const loaded = Promise.all(windows.map(({ accounts }) => accounts.load()));
          await profile.during(loaded, step);
          const renewals = windows.map(async ({ accounts }, index) => {
            await new Promise<void>((resolve) => profile.clock.after(starts[index] ?? 0, resolve));
            return accounts.tokenSource(id).renew(token);
          });
          if (death !== undefined) profile.clock.after(death, () => (first.isAlive = false));
          const survivors = Promise.all(death === undefined ? renewals : renewals.slice(1));
          let steps = 0;
          await profile.during(survivors, async () => {
            await step();
            if (++steps === 30) profile.clock.jump(jump);
          });
          assert.equal(new Set(await survivors).size, 1, 'all windows must receive the same token');
          const others = windows.slice(1).reduce((sum, { signIns }) => sum + signIns.length, 0);
          assert.ok(others <= 1, `${others} other windows renewed the token`);
          assert.ok(first.signIns.length <= 1);
          if (death === undefined) assert.equal(first.signIns.length + others, 1);
          profile.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });
});
