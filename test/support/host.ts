// Runs the tests of test/host inside VS Code's extension host:  node test/support/host.ts [FILE…]
import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { print } from './layerReporter.ts';
import { stopOnSignals } from './processes.ts';
import { node24, repository } from './repository.ts';
import { getVsCode, hasDisplay } from './vscode.ts';
import { writeDesktopSettings } from './desktopSettings.ts';
import { startInvisibleScreen } from './invisibleScreen.ts';
import type { Finding } from './secrets/secretSearch.ts';
import type { UsedSecrets } from './secrets/usedSecrets.ts';
import { assertNoSecretWritten, traceLevel } from './secrets/writtenSecrets.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

/** Bundles the host tests. The debug configurations use the same bundles. */
function bundle(): void {
  execFileSync(node24, ['esbuild.js', '--host-tests'], { cwd: repository, stdio: 'inherit' });
}

/** Returns the names of the bundles of these test files, in the format that test/host/run.ts reads. */
function bundlesOf(files: readonly string[]): string {
  return files
    .map((file) => path.relative(path.join(repository, 'test/host'), path.resolve(repository, file)))
    .map((file) => file.replace(/\.ts$/, '.cjs'))
    .join(path.delimiter);
}

/** Returns true for proxy passwords in VS Code's log. VS Code logs the `http.proxy` setting; we cannot prevent it. */
function isLoggedByVsCode({ secret, file }: Finding): boolean {
  return secret.startsWith('password of a proxy') && /(^|\/)(remote)?exthost\.log$/i.test(file);
}

async function main(): Promise<number> {
  bundle();
  const vscode = await getVsCode();
  console.log(`  in ${vscode.label}`);
  const onWindows = process.platform === 'win32';
  const headlessCode = path.join(
    repository,
    'test/support',
    onWindows ? 'headless-code.cmd' : 'headless-code',
  );
  const folder = await makeTemporaryFolder('onna-host');
  const home = folder.path;
  // Use a separate folder, because the test searches the other folder for secrets.
  const secretsFolder = await makeTemporaryFolder('onna-secrets');
  const secretsFile = path.join(secretsFolder.path, 'used.json');
  const screen = vscode.kind === 'desktop' && !hasDisplay() ? await startInvisibleScreen() : undefined;
  try {
    await mkdir(path.join(home, 'workspace'));
    await writeDesktopSettings(path.join(home, 'user'), {});
    const ended = runTests({
      vscodeExecutablePath: vscode.kind === 'desktop' ? vscode.executable : headlessCode,
      extensionDevelopmentPath: repository,
      extensionTestsPath: path.join(path.join(repository, 'dist-test/host'), 'run.cjs'),
      extensionTestsEnv: {
        ONNA_TEST_SECRETS: secretsFile,
        ONNA_TEST_WRITINGS: path.join(home, 'host'),
        ...(screen && { DISPLAY: screen.display }),
        ...(process.argv.length > 2 && { ONNA_TEST_FILES: bundlesOf(process.argv.slice(2)) }),
      },
      launchArgs: [
        path.join(home, 'workspace'),
        `--user-data-dir=${path.join(home, 'user')}`,
        `--extensions-dir=${path.join(home, 'extensions')}`,
        `--log=${traceLevel}`,
      ],
    });
    // VS Code receives the same signal. Wait until it has stopped its child processes.
    stopOnSignals(() =>
      ended.then(
        () => undefined,
        () => undefined,
      ),
    );
    const code = await ended;
    const used = JSON.parse(await readFile(secretsFile, 'utf8')) as Pick<UsedSecrets, 'all' | 'tooShort'>;
    print(`  ${await assertNoSecretWritten(home, used, isLoggedByVsCode)}`);
    return code;
  } finally {
    await screen?.process.stop();
    await folder.remove();
    await secretsFolder.remove();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
