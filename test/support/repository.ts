import path from 'node:path';

/**
 * The absolute path of this checkout. The bundled host tests see the same path: dist-test/host lies as
 * deep in the repository as test/support does.
 */
export const repository = path.resolve(import.meta.dirname, '../..');

/** The absolute path of Node 24 (npm package `node`), on which everything of the project runs. */
export const node24 = path.join(
  repository,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Where a VS Code, its data folders and the pictures of tests are kept; ignored by git. */
export const vscodeTestFolder = path.join(repository, '.vscode-test');

/** Where the workbench tests keep their screenshots; ignored by git. */
export const testResultsFolder = path.join(repository, 'test-results');
