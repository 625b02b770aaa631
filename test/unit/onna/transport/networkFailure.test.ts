import assert from 'node:assert/strict';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';
import {
  behindProxy,
  couldNotConnect,
  networkFailure,
} from '../../../../src/onna/transport/networkFailure.ts';

const host = 'proxy.example.test:443';

/** Returns a `TypeError` whose cause has this code and message. `fetch` throws such errors. */
function thrown(code: string, message = ''): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

describe('networkFailure', () => {
  for (const [what, error, expected] of [
    [
      'a connection timeout of a server that has “proxy” in its name',
      thrown(
        'UND_ERR_CONNECT_TIMEOUT',
        `Connect Timeout Error (attempted address: ${host}, timeout: 10000ms)`,
      ),
      { kind: 'timeout', host, phase: 'connect', afterMs: 10_000 },
    ],
    [
      'a failed DNS lookup of a server that has “proxy” in its name',
      thrown('ENOTFOUND', 'getaddrinfo ENOTFOUND proxy404.test 502'),
      { kind: 'unreachable', host, code: 'ENOTFOUND' },
    ],
    [
      'undici’s error for a proxy that requires credentials',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'VS Code’s error for a proxy that requires credentials',
      thrown('UND_ERR_ABORTED', 'Proxy response (407) ?.== 200 when HTTP Tunneling'),
      { kind: 'proxy', host, status: 407 },
    ],
    [
      'an error for several addresses that refuse the connection',
      new TypeError('fetch failed', {
        cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
      }),
      { kind: 'unreachable', host, code: 'ECONNREFUSED' },
    ],
    ['an error without a code', new Error('?'), { kind: 'unreachable', host, code: 'UNKNOWN' }],
    ['a thrown string', 'a string', { kind: 'unreachable', host, code: 'UNKNOWN' }],
  ] as const satisfies readonly (readonly [string, unknown, OnnaFailure])[]) {
    it(`recognizes ${what}`, () => {
      assert.deepEqual(networkFailure(error, host, undefined), expected);
    });
  }

  it('recognizes an error even if the chain of causes is circular', () => {
    const one = new Error('one');
    one.cause = new Error('other', { cause: one });
    assert.equal(networkFailure(one, host, undefined).kind, 'unreachable');
  });
});

describe('behindProxy', () => {
  for (const [failure, tunnel, isProxys] of [
    [{ kind: 'unreachable', host, code: 'ECONNREFUSED' }, true, true],
    [{ kind: 'unreachable', host, code: 'ECONNRESET' }, true, false],
    [{ kind: 'timeout', host, phase: 'connect', afterMs: 1 }, true, false],
    [{ kind: 'timeout', host, phase: 'connect', afterMs: 1 }, false, true],
    [{ kind: 'timeout', host, phase: 'answer', afterMs: 1 }, false, false],
    [{ kind: 'tls', host, code: 'CERT_HAS_EXPIRED' }, true, false],
    [{ kind: 'cancelled' }, true, false],
  ] as const) {
    const what =
      'code' in failure ? failure.code : 'phase' in failure ? `${failure.phase} timeout` : failure.kind;
    it(`${isProxys ? 'reports' : 'does not report'} a proxy failure for “${what}” ${tunnel ? 'with' : 'without'} a tunnel`, () => {
      const attributed = behindProxy(failure, 'p.test:1', tunnel);
      if (isProxys) {
        assert.equal(attributed.kind, 'proxy');
        assert.equal(attributed.proxy, 'p.test:1');
      } else assert.deepEqual(attributed, failure);
    });
  }
});

describe('couldNotConnect', () => {
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
    it(`returns ${neverSent} for the failure ${JSON.stringify(failure)}`, () => {
      assert.equal(couldNotConnect(failure), neverSent);
    });
  }
});
