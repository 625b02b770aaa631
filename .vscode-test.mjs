// Lets VS Code's Testing view list, run and debug the tests of test/host. The extension "Extension Test Runner" reads
// this file with the package @vscode/test-cli. Reading it bundles the tests; dist/ has to be built.
// ONNA_TEST_VSCODE=server runs them in the server VS Code and a browser, where no desktop VS Code can be downloaded.
// `npm test` does not use this file.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const repository = import.meta.dirname;
const home = path.join(repository, 'dist-test', 'debugging');
const headlessCode = process.platform === 'win32' ? 'headless-code.cmd' : 'headless-code';

// The Testing view reads standard output, so the build may write to standard error only.
const { status } = spawnSync(process.execPath, ['esbuild.js', '--host-tests'], {
  cwd: repository,
  stdio: ['ignore', 2, 2],
});
if (status !== 0) throw new Error('The host tests could not be bundled.');

export default {
  label: 'host',
  files: 'dist-test/host/**/*.test.cjs',
  version: 'stable',
  workspaceFolder: path.join(home, 'workspace'),
  launchArgs: [
    `--user-data-dir=${path.join(home, 'user')}`,
    `--extensions-dir=${path.join(home, 'extensions')}`,
  ],
  mocha: { ui: 'bdd', timeout: 30_000 },
  ...(process.env.ONNA_TEST_VSCODE === 'server' && {
    useInstallation: { fromPath: path.join(repository, 'test/support', headlessCode) },
  }),
};
