import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { findOnPath } from './findOnPath.ts';
import { node24, repository } from './repository.ts';

/** The first one is Chromium without a user interface. The tests of our pages take a third less time with it. */
const commands = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform !== 'win32') return [];
  return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    if (folder === undefined) return [];
    return [
      path.join(folder, 'Google/Chrome/Application/chrome.exe'),
      path.join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ];
  });
}

function findBrowser(): string | undefined {
  const chosen = process.env['ONNA_TEST_BROWSER'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return (
    findOnPath(commands) ?? [...usualPlaces(), chromium.executablePath()].find((file) => existsSync(file))
  );
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return;
  const words = result.error?.message ?? `${result.stdout}${result.stderr}`.slice(-2_000);
  throw new Error(`Installing a browser failed: ${command} ${args.join(' ')}\n${words}`);
}

/**
 * Whether this system is Debian itself. Ubuntu does not count: there, the package `chromium` installs a snap, and snaps
 * cannot run in containers.
 */
function isDebian(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID="?debian"?$/m.test(readFileSync(file, 'utf8'));
}

function installBrowser(): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && isDebian()) {
    console.log('Installing Chromium (apt-get, once) …');
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium-headless-shell']);
    return;
  }
  console.log("Installing Playwright's Chromium (once) …");
  const withLibraries = isRoot && process.platform === 'linux' ? ['--with-deps'] : [];
  const cli = path.join(repository, 'node_modules/playwright-core/cli.js');
  run(node24, [cli, 'install', ...withLibraries, 'chromium']);
}

/**
 * Returns the path of a Chrome, Chromium or Edge browser: the value of `ONNA_TEST_BROWSER`, or an installed browser. If
 * no browser is installed, installs Debian's headless Chromium (as root on Debian) or Playwright's Chromium.
 * @throws an error with the installer's output if the installation fails
 */
export function getBrowser(): string {
  const found = findBrowser();
  if (found !== undefined) return found;
  installBrowser();
  const installed = findBrowser();
  if (installed === undefined)
    throw new Error('The browser was installed, but its executable was not found.');
  return installed;
}

/** Starts the browser of {@link getBrowser} headless, with a new profile. The browser exits with this process. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: getBrowser(),
    headless: true,
    // Chromium's sandbox does not work as root. The tests are safe without it, because they open only local pages.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
