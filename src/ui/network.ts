import * as vscode from 'vscode';
import { chooseProxy } from '../onna/transport/proxyChoice.ts';
import { trustedCertificates } from '../onna/transport/trustedCertificates.ts';
import type { CodeLoader } from './codeLoader.ts';
import type { Transport, NetworkSettings } from '../onna/transport/transport.ts';

/** Reads a user or machine setting. Ignores workspace values, because a folder must not choose a proxy. */
function trusted(http: vscode.WorkspaceConfiguration, name: string): unknown {
  const values = http.inspect(name);
  return values?.globalValue ?? values?.defaultValue;
}

/** The network settings for connections to `baseUrl`, from VS Code's settings and the environment. */
export function networkSettings(baseUrl: string): NetworkSettings {
  const url = new URL(baseUrl);
  const http = vscode.workspace.getConfiguration('http');
  const preferences = {
    support: trusted(http, 'proxySupport'),
    proxy: trusted(http, 'proxy'),
    except: trusted(http, 'noProxy'),
    authorization: trusted(http, 'proxyAuthorization'),
  };
  const proxy = chooseProxy(url, preferences, process.env);
  return {
    ...(proxy === undefined ? {} : { proxyUrl: proxy.url }),
    ...(proxy?.authorization === undefined ? {} : { proxyAuthorization: proxy.authorization }),
    strictSSL: trusted(http, 'proxyStrictSSL') !== false,
    certificates:
      url.protocol === 'https:' || proxy !== undefined
        ? trustedCertificates({ system: trusted(http, 'systemCertificates') !== false })
        : [],
  };
}

/**
 * Uses undici, or VS Code's own fetch if undici cannot connect. This function loads both on first use.
 * @param code Reports a failed load.
 */
export async function createTransport(
  baseUrl: string,
  code: Pick<CodeLoader, 'loadInBackground'> = { loadInBackground: (make) => make() },
): Promise<Transport> {
  const [{ UndiciTransport }, { FetchTransport }, { FallbackTransport }] = await code.loadInBackground(() =>
    Promise.all([
      import('../onna/transport/undiciTransport.ts'),
      import('../onna/transport/fetchTransport.ts'),
      import('../onna/transport/fallbackTransport.ts'),
    ]),
  );
  const origin = new URL(baseUrl);
  const settings = networkSettings(baseUrl);
  const viaVsCode = new FetchTransport(origin);
  return UndiciTransport.canUse(settings)
    ? new FallbackTransport(new UndiciTransport(origin, settings), viaVsCode)
    : viaVsCode;
}
