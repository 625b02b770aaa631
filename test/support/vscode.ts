import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { findOnPath } from './findOnPath.ts';
import { node24, vscodeTestFolder } from './repository.ts';
import { installServer, serverVersion } from './serverInstall.ts';

/** Desktop VS Code, downloaded from Microsoft. */
export interface DesktopVsCode {
  readonly kind: 'desktop';
  readonly executable: string;
  /** Description for the log. */
  readonly label: string;
}

/** The same code base as a server on Node, with a browser as its window. */
export interface ServerVsCode {
  readonly kind: 'server';
  /** The server's script, for Node 24. */
  readonly script: string;
  readonly node: string;
  /** Description for the log. */
  readonly label: string;
}

/** This URL is requested first, so that a machine without access to Microsoft's server loses seconds, not minutes. */
const probeUrl = 'https://update.code.visualstudio.com/api/releases/stable';
const probeTimeoutMs = 4_000;

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether there is a display for a desktop window, real or virtual. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

async function downloadDesktop(): Promise<DesktopVsCode> {
  await mkdir(vscodeTestFolder, { recursive: true });
  // CI also tests the oldest version that package.json allows.
  const version = process.env['ONNA_TEST_VSCODE_VERSION'] ?? 'stable';
  const executable = await downloadAndUnzipVSCode({ version, cachePath: vscodeTestFolder });
  return { kind: 'desktop', executable, label: `VS Code ${version} (desktop, downloaded from Microsoft)` };
}

/**
 * Returns the VS Code server from the npm registry. Installs it in .vscode-test on first use.
 * @throws an error that says which step of the installation failed
 */
export async function getServerVsCode(): Promise<ServerVsCode> {
  const script = await installServer();
  return {
    kind: 'server',
    script,
    node: node24,
    label: `VS Code ${serverVersion} (server host, from the npm registry)`,
  };
}

/**
 * Returns the VS Code for the host tests: desktop VS Code if Microsoft's server responds and a window can open,
 * otherwise the server. `ONNA_TEST_VSCODE=desktop|server` forces one.
 * @throws if the forced kind is not available
 */
export async function getVsCode(): Promise<DesktopVsCode | ServerVsCode> {
  const forced = process.env['ONNA_TEST_VSCODE'] ?? '';
  if (!['', 'desktop', 'server'].includes(forced)) {
    throw new Error(`ONNA_TEST_VSCODE must be “desktop” or “server”, not “${forced}”.`);
  }
  if (forced === 'desktop') return downloadDesktop();
  const windowPossible = hasDisplay() || findOnPath(['Xvfb']) !== undefined;
  if (forced === 'server' || !windowPossible || !(await answers(probeUrl))) return getServerVsCode();
  try {
    const desktop = await downloadDesktop();
    if (existsSync(desktop.executable)) return desktop;
    console.log('The downloaded VS Code is incomplete; using the server from the npm registry.');
  } catch (error) {
    console.log(`Could not download VS Code (${String(error)}); using the server from the npm registry.`);
  }
  return getServerVsCode();
}
