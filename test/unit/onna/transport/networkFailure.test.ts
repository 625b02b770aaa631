import assert from 'node:assert/strict';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';
import {
  behindProxy,
  couldNotConnect,
  networkFailure,
} from '../../../../src/onna/transport/networkFailure.ts';

const host = 'proxy.example.test:443';

/** An error as Node's sockets and undici throw them, as `fetch` wraps it. */
function thrown(code: string, message = ''): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

describe('what a network error means', () => {
  for (const [what, error, expected] of [
    [
      'a server that is called a proxy and does not answer',
      thrown(
        'UND_ERR_CONNECT_TIMEOUT',
        `Connect Timeout Error (attempted address: ${host}, timeout: 10000ms)`,
      ),
      { kind: 'timeout', host, phase: 'connect', afterMs: 10_000 },
    ],
    [
      'a server that is called a proxy and has no address',
      thrown('ENOTFOUND', 'getaddrinfo ENOTFOUND proxy404.test 502'),
      { kind: 'unreachable', host, code: 'ENOTFOUND' },
    ],
    [
      'a proxy that asks for a user, as undici tells it',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'a proxy that asks for a user, as VS Code tells it',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) ?.== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'several addresses that all refuse',
      new TypeError('fetch failed', {
        cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
      }),
      { kind: 'unreachable', host, code: 'ECONNREFUSED' },
    ],
    ['something without a code', new Error('?'), { kind: 'unreachable', host, code: 'UNKNOWN' }],
    ['no error at all', 'a string', { kind: 'unreachable', host, code: 'UNKNOWN' }],
  ] as const satisfies readonly (readonly [string, unknown, OnnaFailure])[]) {
    it(`is told of ${what}`, () => {
      assert.deepEqual(networkFailure(error, host, undefined), expected);
    });
  }

  it('ends where errors are each other’s cause', () => {
    const one = new Error('one');
    one.cause = new Error('other', { cause: one });
    assert.equal(networkFailure(one, host, undefined).kind, 'unreachable');
  });
});

describe('a failure behind a proxy', () => {
  for (const [failure, tunnel, isProxys] of [
    [{ kind: 'unreachable', host, code: 'ECONNREFUSED' }, true, true],
    [{ kind: 'unreachable', host, code: 'ECONNRESET' }, true, false],
    [{ kind: 'timeout', host, phase: 'connect', afterMs: 1 }, true, false],
    [{ kind: 'timeout', host, phase: 'connect', afterMs: 1 }, false, true],
    [{ kind: 'timeout', host, phase: 'answer', afterMs: 1 }, false, false],
    [{ kind: 'tls', host, code: 'CERT_HAS_EXPIRED' }, true, false],
    [{ kind: 'cancelled' }, true, false],
  ] as const) {
    const what = 'code' in failure ? failure.code : 'phase' in failure ? failure.phase : failure.kind;
    it(`is ${isProxys ? 'the proxy’s' : 'not the proxy’s'}: ${what} ${tunnel ? 'by a tunnel' : 'without one'}`, () => {
      const told = behindProxy(failure, 'p.test:1', tunnel);
      if (isProxys) {
        assert.equal(told.kind, 'proxy');
        assert.equal(told.proxy, 'p.test:1');
      } else assert.deepEqual(told, failure);
    });
  }
});

describe('a request that failed', () => {
  for (const [failure, neverSent] of [
    [{ kind: 'unreachable', host, code: 'ENOTFOUND' }, true],
    [{ kind: 'unreachable', host, code: 'ECONNRESET' }, false],
    [{ kind: 'unreachable', host, code: 'UND_ERR_SOCKET' }, false],
    [{ kind: 'timeout', host, phase: 'connect', afterMs: 1 }, true],
    [{ kind: 'timeout', host, phase: 'answer', afterMs: 1 }, false],
    [{ kind: 'tls', host, code: 'CERT_HAS_EXPIRED' }, true],
    [{ kind: 'proxy', host, status: 502 }, true],
    [{ kind: 'cancelled' }, false],
    [{ kind: 'serverError', status: 503 }, false],
  ] as const) {
    it(`${neverSent ? 'was never sent' : 'may have been sent'}: ${JSON.stringify(failure)}`, () => {
      assert.equal(couldNotConnect(failure), neverSent);
    });
  }
});
