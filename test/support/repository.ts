import path from 'node:path';

/**
 * The absolute path of this checkout. The relative path is also correct in the bundled host tests, because
 * dist-test/host has the same depth as test/support.
 */
export const repository = path.resolve(import.meta.dirname, '../..');

/** The absolute path of Node 24 from the npm package `node`, which runs all scripts of the project. */
export const node24 = path.join(
  repository,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** The folder for downloaded VS Code builds. Git ignores it. */
export const vscodeTestFolder = path.join(repository, '.vscode-test');

/** The folder for screenshots of the workbench tests. Git ignores it. */
export const testResultsFolder = path.join(repository, 'test-results');
