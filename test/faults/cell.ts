import assert from 'node:assert/strict';
import { FetchTransport } from '../../src/onna/transport/fetchTransport.ts';
import type { Transport } from '../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../src/onna/transport/undiciTransport.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import { nodePath } from '../../src/onna/address.ts';
import { HealthyAccount } from './account.ts';
import type { AccountRequest } from './exchange.ts';
import { FakeClock, settle } from '../doubles/fakeClock.ts';
import { answerHealthily } from './fault.ts';
import type { Fault } from './fault.ts';
import type { CellRequest, FaultServer } from './faultServer.ts';
import type { Operation } from './operation.ts';
import { World } from './world.ts';
import { describeError } from './words.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

/** The transport that a cell uses. */
export type Way = 'undici' | 'fetch';

/** The outcome of a cell of the matrix. */
export interface CellResult {
  /** The message that the user sees, if any. */
  readonly message: string | undefined;
  /** Labels of the notification's buttons, if the message was a notification. */
  readonly buttons: readonly string[];
  /** Whether the result of the operation is complete and correct. */
  readonly complete: boolean;
  /** Whether the user has to sign in again after the fault. */
  readonly needsSignIn: boolean;
  /** Time from the end of the fault until the list of Datasources was correct without user action, in ms. */
  readonly recoveryMs: number;
}

const signedOut = describeError(new OnnaError({ kind: 'signedOut' }));
const serviceTime = Date.parse('2026-03-01T12:00:00Z');
/** The longest pause between two attempts, in ms. The fake clock skips such pauses. */
const maxPauseMs = 11_000;
/** The maximum number of requests that one operation may send. */
const maxRequests = 1_100;

function accountRequest({ method, url, body }: CellRequest): AccountRequest {
  const address = { baseUrl: '', container: 'rel0', account: 'lumenfjord' };
  const path = url.pathname.startsWith('/auth/') ? url.pathname : (nodePath(address, url.pathname) ?? '');
  let json: unknown;
  if (body !== '') json = JSON.parse(body);
  return { method, path, query: url.searchParams, body: json };
}

function transportTo(baseUrl: string, way: Way, certificates: readonly string[]): Transport {
  const origin = new URL(baseUrl);
  return way === 'fetch'
    ? new FetchTransport(origin)
    : new UndiciTransport(origin, { strictSSL: true, certificates });
}

/**
 * Runs an operation while its endpoint has a fault. Runs it again without the fault if the result was incomplete.
 * @throws AssertionError if the cell breaks a rule that applies to all cells
 */
export async function runCell(
  server: FaultServer,
  name: string,
  operation: Operation,
  fault: Fault,
  way: Way,
): Promise<CellResult> {
  const { clockAheadMs = 0, secure = false } = fault;
  const clock = new FakeClock(serviceTime + clockAheadMs, { instantMs: maxPauseMs });
  let isWrong = false;
  let requests = 0;
  const baseUrl = server.open(name, secure, (cellRequest, response) => {
    const request = accountRequest(cellRequest);
    const healthy = account.answer(request);
    for (const [header, value] of Object.entries(healthy.headers ?? {})) response.setHeader(header, value);
    const isFaulty = isWrong && operation.concerns(request);
    // Only a refusal means that the service did nothing. With any other fault, the service executes the
    // request.
    if (!isFaulty || fault.refuses !== true) account.carryOut(request);
    if (!isFaulty) {
      answerHealthily({ response, healthy });
      return;
    }
    requests++;
    assert.ok(requests <= maxRequests, `the operation sends more than ${maxRequests} requests`);
    const { elsewhere, insecure } = server;
    const pages = account.pages(request);
    response.on('error', () => undefined);
    const answer = async (): Promise<void> => {
      await untilAlone(clock);
      const timeouts = clock.timers();
      await fault.answer({ response, healthy, pages, elsewhere, insecure, clock, serviceTime, timeouts });
    };
    answer().catch(throwUncaught);
  });
  const hour = 3_600_000;
  const account = new HealthyAccount(baseUrl, serviceTime, clockAheadMs === 0 ? 24 * hour : hour);
  account.listsStatus = operation.statusLeftOut !== true;
  const transport = transportTo(baseUrl, way, [server.authority]);
  const world = new World(name, baseUrl, account, transport, clock);
  try {
    const ranOut = new HealthyAccount(baseUrl, serviceTime - 48 * hour, hour);
    await world.signedIn((operation.tokenRanOut ? ranOut : account).token());
    const run = await operation.prepare(world);
    const before = run.kept();
    isWrong = true;
    const message = await run.run();
    const sent = requests;
    await run.idle?.();
    assert.equal(requests, sent, 'the operation repeats a request by itself');
    assert.ok(sent <= (operation.maxRequests ?? maxRequests), `the operation sends ${sent} requests`);
    checkKinds(operation, fault, world.kinds, sent);
    const lost = before.filter((entry) => !run.kept().includes(entry));
    assert.deepEqual(lost, [], 'earlier data is lost');
    assert.ok(
      world.notifications().length <= 1,
      `more than one message: ${JSON.stringify(world.notifications())}`,
    );
    const buttons = world.notifications().at(0)?.buttons ?? [];
    let needsSignIn = false;
    const complete = message === undefined && holds(() => run.check());
    isWrong = false;
    const goneAt = world.pollClock.now();
    if (!complete) {
      const again = await (run.recover ? run.recover() : run.run());
      if (again === signedOut) {
        needsSignIn = true;
        await world.signInAgain();
      } else assert.equal(again, undefined, 'the operation still fails after the fault');
      run.check();
    }
    assert.equal(clock.pending, 0, 'a timer is still running');
    const inWords = message
      ?.replaceAll(new URL(baseUrl).host, 'onna.example.test')
      .replaceAll(server.elsewhere, 'https://elsewhere.test');
    return { message: inWords, buttons, complete, needsSignIn, recoveryMs: world.pollClock.now() - goneAt };
  } finally {
    await world.close();
    await transport.close();
    server.close(name);
  }
}

/** Number of the client's timers while it waits for one response: only the timeout. */
const timersOfOne = 1;
/** Maximum number of {@link settle} calls while waiting for other responses. */
const maxTurns = 200;

/** Waits until the client has received the responses to its other requests, so that their timeouts can't expire. */
async function untilAlone(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < maxTurns && clock.timers().size > timersOfOne; turn++) await settle();
}

/** Asserts that all errors belong to the fault, and that no action was repeated. */
function checkKinds({ writes }: Operation, { kinds = [] }: Fault, told: World['kinds'], sent: number): void {
  for (const kind of told) assert.ok(kinds.includes(kind), `the error is ${kind}, not ${kinds.join(' or ')}`);
  // The client sends an action again only with a new token, after the service has refused the old token.
  if (writes === true) assert.equal(sent, kinds.includes('signedOut') ? 2 : 1, 'an action is repeated');
}

/** Whether `check` passes. Without a message, `assert.ok` parses the source of the test for each failure, which is slow. */
function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) return false;
    throw error;
  }
}
