import assert from 'node:assert/strict';
import { ConsentRequests, consentLifetimeMs } from '../../../../src/model/credentials/consentRequests.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

const slack = { connectionId: 'a', entryId: 'slack' };

describe('The consent requests of a window', () => {
  let clock: FakeClock;
  let requests: ConsentRequests;
  beforeEach(() => {
    clock = new FakeClock();
    requests = new ConsentRequests(clock);
  });

  it('have random states', () => {
    const states = new Set(
      Array.from({ length: 40 }, () => requests.start({ ...slack, entryId: String(Math.random()) }).state),
    );
    assert.equal(states.size, 40);
    for (const state of states) assert.match(state, /^[\w-]{32}$/);
  });

  it('accept a state once, and return the account and the credentials that the state belongs to', () => {
    const { state } = requests.start(slack);
    const taken = requests.take([state]);
    assert.ok(taken.kind === 'open');
    assert.deepEqual([taken.request.connectionId, taken.request.entryId], ['a', 'slack']);
    assert.deepEqual(requests.take([state]), { kind: 'used' });
  });

  it('reject a state from another window', () => {
    const { state } = new ConsentRequests(clock).start(slack);
    assert.deepEqual(requests.take([state]), { kind: 'unknown' });
    assert.deepEqual(requests.take([]), { kind: 'unknown' });
  });

  it('find their own state among other states that the provider has added', () => {
    const { state } = requests.start(slack);
    assert.equal(requests.take(['of the provider', state]).kind, 'open');
  });

  it('expire after ten minutes', () => {
    const request = requests.start(slack);
    clock.advanceSync(consentLifetimeMs - 1);
    assert.equal(requests.isOpen(request), true);
    clock.advanceSync(1);
    assert.equal(requests.isOpen(request), false);
    assert.equal(requests.find(slack), undefined);
    assert.deepEqual(requests.take([request.state]), { kind: 'late' });
  });

  it('expire if the clock is set back, because their age is then unknown', () => {
    const { state } = requests.start(slack);
    clock.jump(-60_000);
    assert.deepEqual(requests.take([state]), { kind: 'late' });
  });

  it('replace an earlier request only if it is for the same credentials', () => {
    const other = requests.start({ ...slack, entryId: 'box' });
    const first = requests.start(slack);
    const second = requests.start(slack);
    assert.equal(requests.find(slack), second);
    assert.deepEqual(requests.take([first.state]), { kind: 'used' });
    assert.equal(requests.take([other.state]).kind, 'open');
  });

  it('end when their account signs out', () => {
    const request = requests.start(slack);
    const other = requests.start({ ...slack, connectionId: 'b' });
    requests.forget('a');
    assert.deepEqual([requests.isOpen(request), requests.isOpen(other)], [false, true]);
  });

  it('recognize a code that was sent before, unless the code was released again', () => {
    requests.spend('a-code-of-slack');
    assert.deepEqual([requests.isSpent('a-code-of-slack'), requests.isSpent('another')], [true, false]);
    requests.unspend('a-code-of-slack');
    assert.equal(requests.isSpent('a-code-of-slack'), false);
  });

  it('are limited in number', () => {
    const first = requests.start({ ...slack, entryId: 'first' });
    for (let index = 0; index < 60; index++) requests.start({ ...slack, entryId: String(index) });
    assert.equal(requests.isOpen(first), false);
  });
});
