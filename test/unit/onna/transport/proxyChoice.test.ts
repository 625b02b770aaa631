import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseProxy } from '../../../../src/onna/transport/proxyChoice.ts';
import type { Proxy, ProxyPreferences } from '../../../../src/onna/transport/proxyChoice.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';

/** The default values of VS Code's proxy settings. */
const unset: ProxyPreferences = { support: 'override', proxy: '', except: [], authorization: null };
const server = 'https://onna.example.test';

function choose(
  preferences: Partial<ProxyPreferences>,
  environment: Record<string, string> = {},
  url = server,
): Proxy | undefined {
  return chooseProxy(new URL(url), { ...unset, ...preferences }, environment);
}

describe('chooseProxy', () => {
  it('returns undefined if no proxy is configured', () => {
    assert.equal(choose({}), undefined);
    assert.equal(choose({}, { HTTPS_PROXY: '', https_proxy: '' }), undefined);
  });

  it('prefers http.proxy to the environment variables', () => {
    const environment = { HTTPS_PROXY: 'http://other.test:1' };
    assert.equal(choose({ proxy: 'http://proxy.test:3128' }, environment)?.url, 'http://proxy.test:3128');
    assert.equal(choose({ proxy: 'http://proxy.test:3128/a?b#c' })?.url, 'http://proxy.test:3128');
    assert.equal(choose({ proxy: ' proxy.test:3128 ' })?.url, 'http://proxy.test:3128');
  });

  for (const [name, environment, url, expected] of [
    [
      'HTTPS_PROXY for an https URL',
      { HTTPS_PROXY: 'http://a.test:1', HTTP_PROXY: 'http://b.test:2' },
      server,
      'a',
    ],
    [
      'https_proxy for an https URL',
      { https_proxy: 'http://a.test:1', http_proxy: 'http://b.test:2' },
      server,
      'a',
    ],
    ['HTTP_PROXY for an https URL if HTTPS_PROXY is not set', { HTTP_PROXY: 'http://b.test:2' }, server, 'b'],
    [
      'HTTP_PROXY for an http URL',
      { HTTPS_PROXY: 'http://a.test:1', HTTP_PROXY: 'http://b.test:2' },
      'http://x.test',
      'b',
    ],
    [
      'no proxy for an http URL if only HTTPS_PROXY is set',
      { HTTPS_PROXY: 'http://a.test:1' },
      'http://x.test',
      undefined,
    ],
  ] as const) {
    it(`uses ${name}`, () => {
      assert.equal(choose({}, environment, url)?.url.charAt('http://'.length), expected);
    });
  }

  it('returns undefined if http.proxySupport is off', () => {
    assert.equal(choose({ support: 'off', proxy: 'http://proxy.test:1' }), undefined);
  });

  for (const url of ['http://localhost:8080', 'https://127.0.0.1', 'http://127.8.9.1:1', 'http://[::1]:80']) {
    it(`returns undefined for the loopback URL ${url}`, () => {
      assert.equal(choose({ proxy: 'http://proxy.test:1' }, {}, url), undefined);
    });
  }

  for (const [entry, url, isExcepted] of [
    ['onna.example.test', server, true],
    ['example.test', server, true],
    ['.example.test', server, true],
    ['*.example.test', server, true],
    [' Example.TEST ', server, true],
    ['ample.test', server, false],
    ['onna.example.test:443', server, true],
    ['onna.example.test:8443', server, false],
    ['onna.example.test:8443', `${server}:8443`, true],
    ['onna.example.test:80', 'http://onna.example.test', true],
    ['*', server, true],
    ['', server, false],
    ['.', server, false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['2001:db8::1', 'https://[2001:db8::1]', true],
    ['[2001:db8::1]', 'https://[2001:db8::1]:8443', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]', false],
    ['2001:db8::2', 'https://[2001:db8::1]', false],
  ] as const) {
    it(`${isExcepted ? 'bypasses' : 'uses'} the proxy for ${url} if http.noProxy contains “${entry}”`, () => {
      const chosen = choose({ proxy: 'http://proxy.test:1', except: ['unrelated.test', entry] }, {}, url);
      assert.equal(chosen === undefined, isExcepted);
    });
  }

  it('reads NO_PROXY, whose entries are separated by commas or spaces, only if http.noProxy is empty', () => {
    const environment = { NO_PROXY: 'a.test, example.test b.test' };
    assert.equal(choose({ proxy: 'http://proxy.test:1' }, environment), undefined);
    assert.equal(choose({ proxy: 'http://proxy.test:1', except: [''] }, environment), undefined);
    assert.ok(choose({ proxy: 'http://proxy.test:1', except: ['a.test'] }, environment));
    assert.equal(choose({}, { HTTPS_PROXY: 'http://proxy.test:1', no_proxy: 'example.test' }), undefined);
  });

  for (const [name, setting, expected] of [
    ['a user name and a password', 'http://ines:secret@proxy.test:1', 'ines:secret'],
    ['a user name without a password', 'http://ines@proxy.test:1', 'ines:'],
    ['percent-encoded credentials', 'http://in%40es:se%3Acret@proxy.test:1', 'in@es:se:cret'],
    ['a password with a literal %', 'http://ines:100%@proxy.test:1', 'ines:100%'],
  ] as const) {
    it(`moves ${name} from the proxy URL to the authorization header`, () => {
      const basic = `Basic ${Buffer.from(expected).toString('base64')}`;
      assert.deepEqual(choose({ proxy: setting }), { url: 'http://proxy.test:1', authorization: basic });
    });
  }

  it('prefers http.proxyAuthorization to the credentials in the proxy URL', () => {
    assert.deepEqual(choose({ proxy: 'http://ines:secret@proxy.test:1', authorization: ' Bearer abc ' }), {
      url: 'http://proxy.test:1',
      authorization: 'Bearer abc',
    });
  });

  it('returns undefined, and does not throw, if http.proxy has a wrong type or is not a URL', () => {
    for (const proxy of [42, null, {}, 'http://', 'http://:99999']) {
      assert.equal(choose({ proxy, except: 'x', authorization: 7 }), undefined);
    }
  });

  it('ignores an http.proxyAuthorization value that an HTTP header cannot contain', () => {
    for (const authorization of ['Basic a\r\nx: y', 'Basic \u0000', 'Basic ✓']) {
      assert.deepEqual(choose({ proxy: 'http://proxy.test:1', authorization }), {
        url: 'http://proxy.test:1',
      });
    }
  });

  it('returns, for arbitrary settings, either undefined or a usable URL without credentials', async () => {
    const written = fc.oneof(
      fc.string(),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(
          fc.constantFrom('http', 'https', 'socks5', 'socks', 'socks4', 'ftp', 'HTTP'),
          fc.string({ unit: 'binary' }),
          fc.string(),
          fc.domain(),
          fc.nat(70_000),
        )
        .map(([scheme, user, password, host, port]) => `${scheme}://${user}:${password}@${host}:${port}`),
      fc.anything(),
    );
    const property = fc.asyncProperty(
      written,
      fc.oneof(fc.array(fc.oneof(fc.string(), fc.anything())), fc.anything()),
      fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
      async (proxy, except, authorization) => {
        const chosen = choose({ proxy, except, authorization });
        if (!chosen) return;
        const { username, password } = new URL(chosen.url);
        assert.equal(username + password, '');
        const settings = { proxyUrl: chosen.url, strictSSL: true, certificates: [] };
        if (UndiciTransport.canUse(settings)) {
          await new UndiciTransport(new URL(server), {
            ...settings,
            ...(chosen.authorization !== undefined && { proxyAuthorization: chosen.authorization }),
          }).close();
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
