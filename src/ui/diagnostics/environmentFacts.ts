import os from 'node:os';
import * as vscode from 'vscode';
import type { Fact } from '../../model/diagnostics/diagnosticFiles.ts';
import type { Redactor } from '../../model/diagnostics/redactor.ts';
import { settingDefaults, type SettingId } from '../../model/settings/settingValues.ts';
import type { ExtensionSettings } from '../settings.ts';

/** The environment variables with proxies. Their values may contain passwords. */
const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/** The proxies in VS Code's settings and in the environment. */
export function proxyAddresses(): readonly string[] {
  const setting = vscode.workspace.getConfiguration('http').get<unknown>('proxy');
  const all = [setting, ...proxyVariables.map((name) => process.env[name])];
  return all.filter((value): value is string => typeof value === 'string' && value !== '');
}

/** The versions of the extension, VS Code, Node and the system, and where the extension runs. */
export function versionFacts({ extension }: vscode.ExtensionContext): readonly Fact[] {
  const { version } = extension.packageJSON as { readonly version: string };
  const { env } = vscode;
  return [
    ['Extension', version],
    ['VS Code', vscode.version],
    ['Product', env.appName],
    ['Application host', env.appHost],
    ['User interface', env.uiKind === vscode.UIKind.Desktop ? 'desktop' : 'web'],
    // In a browser, this is the address of the server.
    ['Remote', env.remoteName === undefined || /^[a-z-]+$/.test(env.remoteName) ? env.remoteName : 'server'],
    ['Extension host', extension.extensionKind === vscode.ExtensionKind.UI ? 'local' : 'workspace'],
    ['Language', env.language],
    ['Node', process.version],
    ['System', `${process.platform} ${process.arch} ${os.release()}`],
    ['Trusted workspace', vscode.workspace.isTrusted],
    ['Workspace folders', vscode.workspace.workspaceFolders?.length ?? 0],
  ];
}

/** The extension's settings, and VS Code's settings for the network. Addresses are placeholders. */
export function settingFacts(settings: ExtensionSettings, redactor: Redactor): readonly Fact[] {
  const own = (Object.keys(settingDefaults) as SettingId[]).map((id): Fact => {
    const value = settings.get(id);
    return [id, id === 'onna.server' ? address(String(value), redactor) : value];
  });
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<unknown>('proxy');
  const noProxy = http.get<unknown>('noProxy');
  return [
    ...own,
    ['http.proxy', typeof proxy === 'string' && proxy !== '' ? address(proxy, redactor) : undefined],
    ['http.proxyAuthorization', http.get<unknown>('proxyAuthorization') ? 'set' : undefined],
    ['http.noProxy', Array.isArray(noProxy) && noProxy.length > 0 ? `${noProxy.length} entries` : undefined],
    ['http.proxySupport', choice(http.get<unknown>('proxySupport'), ['off', 'on', 'fallback', 'override'])],
    ['http.proxyStrictSSL', http.get<unknown>('proxyStrictSSL') !== false],
    ['http.systemCertificates', http.get<unknown>('systemCertificates') !== false],
    ...proxyVariables.map((name): Fact => [name, process.env[name] ? 'set' : undefined]),
    ['NO_PROXY', (process.env['NO_PROXY'] ?? process.env['no_proxy']) ? 'set' : undefined],
    ['NODE_EXTRA_CA_CERTS', process.env['NODE_EXTRA_CA_CERTS'] ? 'set' : undefined],
  ];
}

/** The scheme and a placeholder, without credentials, path and query. */
function address(text: string, redactor: Redactor): string {
  if (!URL.canParse(text)) return 'not an address';
  const { protocol, host } = new URL(text);
  return `${protocol}//${redactor.server(host)}`;
}

function choice(value: unknown, known: readonly string[]): string | undefined {
  return value === undefined ? undefined : (known.find((one) => one === value) ?? 'another value');
}
