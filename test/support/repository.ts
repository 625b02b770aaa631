import path from 'node:path';

/**
 * The absolute path of this checkout. Also correct in the bundled host tests: dist-test/host is at the same depth as
 * test/support.
 */
export const repository = path.resolve(import.meta.dirname, '../..');

/** The absolute path of Node 24 (npm package `node`), which runs all scripts of the project. */
export const node24 = path.join(
  repository,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Folder for downloaded VS Code builds and their data; ignored by git. */
export const vscodeTestFolder = path.join(repository, '.vscode-test');

/** Folder for the screenshots of the workbench tests; ignored by git. */
export const testResultsFolder = path.join(repository, 'test-results');
