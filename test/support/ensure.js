// Runs a script of this project on Node 24, even if npm runs on another version. First installs missing packages.
//   node test/support/ensure.js SCRIPT [ARGUMENT…]
// SCRIPT is a file of this project or the name of a tool in node_modules/.bin. `--and` separates commands. They run
// in order until one of them fails. This file is plain JavaScript for Node 20 and later, because it is the first file
// that runs in a fresh clone.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

const repository = path.resolve(import.meta.dirname, '../..');
const modules = path.join(repository, 'node_modules');
const onWindows = process.platform === 'win32';
const node24 = path.join(modules, 'node', 'bin', onWindows ? 'node.exe' : 'node');

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Returns whether node_modules contains every package of package-lock.json in the same version. File times cannot show
 * this: npm writes package-lock.json after node_modules, and a checkout changes the time of package-lock.json.
 */
function isInstalled() {
  const installedLock = path.join(modules, '.package-lock.json');
  if (!existsSync(installedLock) || !existsSync(node24)) return false;
  const installed = readPackages(installedLock);
  return Object.entries(readPackages(path.join(repository, 'package-lock.json'))).every(
    ([folder, wanted]) =>
      folder === '' ||
      wanted.optional === true ||
      wanted.devOptional === true ||
      installed[folder]?.version === wanted.version,
  );
}

/** Interval between checks whether npm is still running, in ms. */
const npmCheckMs = 500;

/**
 * Returns the name and the parent of a process; undefined on systems without /proc, such as macOS.
 * @param {number} pid
 */
function processAt(pid) {
  try {
    const [, name = '', parent] =
      /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process may have started this script for npm. If npm and its shell exited before this script ran, the
 * parent is another process, such as the first process of the system.
 * @param {number} pid
 */
function mayBeNpm(pid) {
  try {
    return /ensure\.js|npm|yarn|bun/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return pid !== 1;
  }
}

/**
 * Calls `gone` when the npm that started this process has exited. Without this check, the process would
 * continue to run after a signal: npm forwards signals only to its shell, and the shell exits without
 * forwarding them. Does nothing without npm.
 * @param {() => void} gone
 * @returns {() => void} a function that stops the checks
 */
function watchNpm(gone) {
  if (process.env['npm_lifecycle_event'] === undefined || onWindows) return () => undefined;
  const { ppid } = process;
  if (!mayBeNpm(ppid)) {
    gone();
    return () => undefined;
  }
  const shell = processAt(ppid);
  const npm = shell?.name.endsWith('sh') === true ? shell.parent : undefined;
  const timer = setInterval(() => {
    if (process.ppid === ppid && (npm === undefined || processAt(ppid)?.parent === npm)) return;
    clearInterval(timer);
    gone();
  }, npmCheckMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Runs a command with inherited input and output, forwards signals to the command, and returns its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const stopWatching = watchNpm(() => forward('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopWatching();
      for (const name of signals) process.off(name, forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

async function install() {
  console.log('Installing the packages of package-lock.json (npm ci) …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env['npm_execpath'];
  const code =
    npm?.endsWith('.js') === true
      ? await run(process.execPath, [npm, ...args], { cwd: repository })
      : await run('npm', args, { cwd: repository, shell: onWindows });
  if (code !== 0) throw new Error(`npm ci failed with exit code ${code}. See the output above.`);
  if (!existsSync(node24)) throw new Error(`npm ci did not install Node 24 at ${node24}.`);
}

/**
 * Returns the path of the JavaScript file of a script or tool.
 * @param {string} name
 */
function scriptFile(name) {
  if (existsSync(path.join(repository, name))) return path.join(repository, name);
  for (const folder of [name, `@vscode/${name}`]) {
    const manifest = path.join(modules, folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    const file = typeof bin === 'string' ? bin : (bin?.[name] ?? Object.values(bin ?? {})[0]);
    if (file !== undefined) return path.join(modules, folder, file);
  }
  throw new Error(`There is no script or tool named ${name}.`);
}

/** @param {string[]} words */
function commandsIn(words) {
  /** @type {string[][]} */
  const commands = [[]];
  for (const word of words) {
    if (word === '--and') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands;
}

try {
  if (!isInstalled()) await install();
  const binaries = `${path.dirname(node24)}${path.delimiter}${path.join(modules, '.bin')}`;
  const env = { ...process.env, PATH: `${binaries}${path.delimiter}${process.env['PATH'] ?? ''}` };
  for (const [script, ...args] of commandsIn(process.argv.slice(2))) {
    if (script === undefined) throw new Error('Usage: node test/support/ensure.js SCRIPT [ARGUMENT…]');
    process.exitCode = await run(node24, [scriptFile(script), ...args], { cwd: repository, env });
    if (process.exitCode !== 0) break;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
