import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { node24, vscodeTestFolder } from './repository.ts';

const execute = promisify(execFile);

/** An npm package `code-server`, which contains VS Code's server, with a fixed version and checksum. */
interface Carrier {
  readonly version: string;
  readonly integrity: string;
  /** The version of Node that runs the server. Default: Node 24 of this project. */
  readonly node?: string;
}

/** The newest VS Code that the tests support in the server. They use it by default. */
export const serverVersion = '1.139.1';

/** The npm packages by version of VS Code: the newest, and the oldest that package.json allows. */
const carriers: Readonly<Record<string, Carrier>> = {
  [serverVersion]: {
    version: '4.139.1',
    integrity:
      'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
  '1.105.1': {
    version: '4.105.1',
    integrity:
      'sha512-uYQwGkhOMR1/1vkuvj8oR6A03yBcWvxemR4hZdMnBLyZKreZFx4oGhUSVq9lXedXb4kc0jwtYfoeee1J0Q09bw==',
    // Node 24 hangs here: this VS Code answers an import of `vscode` asynchronously, and Node 24 waits for the answer
    // on the thread that has to give it.
    node: '22.19.0',
  },
};

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
/** Versions from the registry, for packages of which an old VS Code names a commit on GitHub. */
const ofRegistry: Readonly<Record<string, string>> = { '@parcel/watcher': '^2.5.1' };
const unneededExtensions = ['copilot', 'mermaid-markdown-features'];

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await execute('npm', [...args, ...quiet], {
    cwd,
    shell: process.platform === 'win32',
    maxBuffer: 16 * 1024 * 1024,
  });
}

async function fetchCarrier(carrier: Carrier, folder: string): Promise<string> {
  await npm(['pack', `code-server@${carrier.version}`, '--ignore-scripts'], folder);
  const archive = path.join(folder, `code-server-${carrier.version}.tgz`);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${digest}` !== carrier.integrity) {
    throw new Error(`${archive} has the wrong checksum.`);
  }
  return archive;
}

interface PackageFile {
  dependencies: Record<string, string>;
}

interface LockFile {
  packages: Record<string, { readonly resolved?: string }>;
}

function withoutEntries<T>(
  entries: Readonly<Record<string, T>>,
  isUnwanted: (name: string, value: T) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name, value]) => !isUnwanted(name, value)));
}

async function leaveOutUnneeded(server: string): Promise<void> {
  const manifestFile = path.join(server, 'package.json');
  const lockFile = path.join(server, 'npm-shrinkwrap.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as PackageFile;
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as LockFile;
  manifest.dependencies = withoutEntries(manifest.dependencies, (name) => unneededPackages.includes(name));
  for (const [name, range] of Object.entries(ofRegistry))
    if (manifest.dependencies[name]?.includes('#') === true) manifest.dependencies[name] = range;
  lock.packages = withoutEntries(lock.packages, (_, { resolved }) => resolved?.startsWith('git') === true);
  await writeFile(manifestFile, JSON.stringify(manifest, undefined, 2));
  await writeFile(lockFile, JSON.stringify(lock, undefined, 2));
  for (const name of unneededExtensions) {
    await rm(path.join(server, 'extensions', name), { recursive: true, force: true });
  }
}

async function installInto(folder: string, carrier: Carrier): Promise<string> {
  const archive = await fetchCarrier(carrier, folder);
  const server = path.join(folder, 'server');
  await mkdir(server);
  // Use relative paths, because tar on Windows interprets the part of a path before a colon as a host name.
  const extract = ['-xzf', path.basename(archive), '-C', 'server', '--strip-components=3'];
  await execute('tar', [...extract, 'package/lib/vscode'], { cwd: folder });
  await leaveOutUnneeded(server);
  await npm(['install', '--omit=dev', '--ignore-scripts'], server);
  return server;
}

/**
 * Installs something in a folder of .vscode-test if `file` is missing there. Returns the path of that file. Several
 * processes may install it at the same time: each process uses a separate folder, and the first process renames its
 * folder.
 * @param install returns the folder to rename, which it has made in the given folder
 */
async function installOnce(
  name: string,
  file: string,
  install: (folder: string) => Promise<string>,
): Promise<string> {
  const home = path.join(vscodeTestFolder, name);
  const wanted = path.join(home, file);
  if (existsSync(wanted)) return wanted;
  console.log(`Installing ${name} from the npm registry (once) …`);
  await mkdir(vscodeTestFolder, { recursive: true });
  const folder = await mkdtemp(path.join(vscodeTestFolder, 'installing-'));
  try {
    await rename(await install(folder), home).catch((error: unknown) => {
      if (!existsSync(wanted)) throw error;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Installing ${name} failed. ${reason}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return wanted;
}

async function installNode(version: string): Promise<string> {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return installOnce(`node-${version}`, path.join('node_modules/node/bin', binary), async (folder) => {
    const home = path.join(folder, 'node');
    await mkdir(home);
    // The install script of the package `node` fetches the binary for this system.
    await writeFile(path.join(home, 'package.json'), JSON.stringify({ allowScripts: { node: true } }));
    await npm(['install', '--no-save', `node@${version}`], home);
    return home;
  });
}

/** A VS Code server in .vscode-test, with the Node that runs it. The paths are absolute. */
export interface InstalledServer {
  readonly script: string;
  readonly node: string;
  readonly version: string;
}

/**
 * Returns the VS Code server of this version, and installs it in .vscode-test on first use.
 * @throws an error with the failed step; also if the registry has no such version
 */
export async function installServer(version: string): Promise<InstalledServer> {
  const carrier = carriers[version];
  if (carrier === undefined) {
    throw new Error(
      `The tests cannot run VS Code ${version} as a server. They know ${Object.keys(carriers).join(' and ')}.`,
    );
  }
  const script = await installOnce(
    `vscode-server-${version}`,
    path.join('out', 'server-main.js'),
    async (folder) => installInto(folder, carrier),
  );
  return { script, version, node: carrier.node === undefined ? node24 : await installNode(carrier.node) };
}
