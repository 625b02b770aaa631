import assert from 'node:assert/strict';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';
import {
  behindProxy,
  couldNotConnect,
  networkFailure,
} from '../../../../src/onna/transport/networkFailure.ts';

const host = 'proxy.example.test:443';

/** An error of Node's sockets or of undici, wrapped as `fetch` does. */
function thrown(code: string, message = ''): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

describe('a network error', () => {
  for (const [what, error, expected] of [
    [
      'a server named “proxy” that does not answer',
      thrown(
        'UND_ERR_CONNECT_TIMEOUT',
        `Connect Timeout Error (attempted address: ${host}, timeout: 10000ms)`,
      ),
      { kind: 'timeout', host, phase: 'connect', afterMs: 10_000 },
    ],
    [
      'a server named “proxy” that can’t be resolved',
      thrown('ENOTFOUND', 'getaddrinfo ENOTFOUND proxy404.test 502'),
      { kind: 'unreachable', host, code: 'ENOTFOUND' },
    ],
    [
      'a proxy that requires credentials, in undici’s wording',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'a proxy that requires credentials, in VS Code’s wording',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) ?.== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'several addresses that all refuse the connection',
      new TypeError('fetch failed', {
        cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
      }),
      { kind: 'unreachable', host, code: 'ECONNREFUSED' },
    ],
    ['an error without a code', new Error('?'), { kind: 'unreachable', host, code: 'UNKNOWN' }],
    ['a thrown string', 'a string', { kind: 'unreachable', host, code: 'UNKNOWN' }],
  ] as const satisfies readonly (readonly [string, unknown, OnnaFailure])[]) {
    it(`is recognized in the case of ${what}`, () => {
      assert.deepEqual(networkFailure(error, host, undefined), expected);
    });
  }

  it('is recognized even if two errors are each other’s cause', () => {
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
    it(`is ${isProxys ? '' : 'not '}attributed to the proxy: ${what} ${tunnel ? 'with' : 'without'} a tunnel`, () => {
      const attributed = behindProxy(failure, 'p.test:1', tunnel);
      if (isProxys) {
        assert.equal(attributed.kind, 'proxy');
        assert.equal(attributed.proxy, 'p.test:1');
      } else assert.deepEqual(attributed, failure);
    });
  }
});

describe('a failed request', () => {
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
    it(`${neverSent ? 'was never sent' : 'may have been sent'} if the failure is ${JSON.stringify(failure)}`, () => {
      assert.equal(couldNotConnect(failure), neverSent);
    });
  }
});
