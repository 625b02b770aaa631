import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isOfOtherProgram, packageFiles, packedBytes, readPackageFile } from '../../support/packageFiles.ts';
import { startProcess } from '../../support/processes.ts';
import { node24, repository } from '../../support/repository.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import type { Figure, Row } from '../row.ts';
import { formatNumber } from '../table.ts';

const maxForExtension = 600_000;
const maxForSandbox = 8_000_000;

/** Packs dist/ as `npm run package` does. @returns the size of the .vsix, in bytes */
async function packageBytes(): Promise<number> {
  const manifest = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly package: string };
  };
  const [, options] = / vsce (package .+)$/.exec(manifest.scripts.package) ?? [];
  if (options === undefined) throw new Error('npm run package does not end with vsce package.');
  const folder = await makeTemporaryFolder('onna-bench-package');
  try {
    const file = path.join(folder.path, 'extension.vsix');
    const vsce = path.join(repository, 'node_modules/@vscode/vsce/vsce');
    let told = '';
    const packing = await startProcess(node24, [vsce, ...options.split(' '), '--out', file], {
      cwd: repository,
      onOutput: (text) => (told += text),
    });
    if ((await packing.exited) !== 0) throw new Error(`vsce could not create the .vsix.\n${told}`);
    return (await stat(file)).size;
  } finally {
    await folder.remove();
  }
}

/** Returns whether a file is for development only: a source, a test, a source map, or a file with a link to one. */
function isForDevelopment(file: string, content: Buffer): boolean {
  return /\.map$|\.ts$|(^|\/)tests?\/|\.test\./.test(file) || content.includes('//# sourceMappingURL=');
}

async function measure(): Promise<readonly Figure[]> {
  const files = await packageFiles();
  const contents = await Promise.all(
    files.map(async (file) => ({ file, content: await readPackageFile(file) })),
  );
  const sum = (of: (part: { file: string; content: Buffer }) => number): number =>
    contents.reduce((total, part) => total + of(part), 0);
  const whole = await packageBytes();
  const sandbox = sum(({ file, content }) => (isOfOtherProgram(file) ? packedBytes(content) : 0));
  const extension = whole - sandbox;
  const unpacked = sum(({ content }) => content.length);
  const below = (folder: string): string =>
    formatNumber(sum(({ file, content }) => (file.startsWith(folder) ? content.length : 0)) / 1_000);
  const superfluous = contents.filter(({ file, content }) => isForDevelopment(file, content));
  return [
    {
      figure: 'size of the .vsix without the sandbox',
      ours: { value: extension, unit: 'bytes' },
      goal: '≤ 600 KB',
      pass: extension <= maxForExtension,
      note: `Packed as in npm run package, minus the compressed size of the sandbox and the MCP server. Includes icons, images, strings and licenses. Unpacked: ${below('dist/extension/')} KB for the extension host, ${below('dist/webview/')} KB for the webviews with VS Code's icon font.`,
    },
    {
      figure: 'size of the sandbox and the MCP server in the .vsix',
      ours: { value: sandbox, unit: 'bytes' },
      goal: '≤ 8 MB',
      pass: sandbox <= maxForSandbox,
      note: `Packed. The .vsix has ${files.length} files and ${formatNumber(whole / 1_000)} KB. Unpacked: ${formatNumber(unpacked / 1_000)} KB, including ${below('dist/sandbox/')} KB for the sandbox.`,
    },
    {
      figure: 'source maps, sources and tests in the .vsix',
      ours: { value: superfluous.length, unit: 'files' },
      goal: '0',
      pass: superfluous.length === 0,
      note:
        superfluous.map(({ file }) => file).join(', ') || 'Detected by file names and source map comments.',
    },
  ];
}

/** Measures the size of the download. */
export const vsix: Row = { name: 'package', measure };
