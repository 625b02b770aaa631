import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import * as esbuild from 'esbuild';
import { isOfOtherProgram, packageFiles, packedBytes, readPackageFile } from '../support/packageFiles.ts';

const root = new URL('../../', import.meta.url);

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(file, root), 'utf8')) as unknown;
}

/** All files in the package except the extension's chunks, whose names contain hashes of their contents. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'ThirdPartyNotices.txt',
  'dist/mcp/server.cjs',
  'dist/sandbox/browser/account.js',
  'dist/sandbox/browser/connection.js',
  'dist/sandbox/browser/datasources.js',
  'dist/sandbox/browser/elements.js',
  'dist/sandbox/browser/icon.svg',
  'dist/sandbox/browser/index.html',
  'dist/sandbox/browser/log.js',
  'dist/sandbox/browser/main.js',
  'dist/sandbox/browser/page.css',
  'dist/sandbox/browser/queue.js',
  'dist/sandbox/browser/statusDialog.js',
  'dist/sandbox/browser/switchControls.js',
  'dist/sandbox/browser/switches.js',
  'dist/sandbox/sandbox.cjs',
  'dist/sandbox/watchdog.cjs',
  'dist/sandbox/worker.cjs',
  'dist/webview/codicon.css',
  'dist/webview/codicon.ttf',
  'dist/webview/details.css',
  'dist/webview/details.js',
  'dist/webview/detailsFirst.js',
  'dist/webview/search.css',
  'dist/webview/search.js',
  'l10n/bundle.l10n.json',
  'media/details-dark.svg',
  'media/details-light.svg',
  'media/icon.png',
  'media/onna.svg',
  'media/screenshot.png',
  'media/search-dark.svg',
  'media/search-light.svg',
  'media/skills/explain-onna-failures/SKILL.md',
  'media/walkthrough-act.svg',
  'media/walkthrough-browse.svg',
  'media/walkthrough-details.svg',
  'media/walkthrough-files.svg',
  'media/walkthrough-links.svg',
  'media/walkthrough-manage.svg',
  'media/walkthrough-savedSearches.svg',
  'media/walkthrough-search.svg',
  'media/walkthrough-signIn.svg',
  'package.json',
  'package.nls.json',
];

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly hasInstallScript?: boolean }>
  >;
}

/** Removes the inline source map that a development build appends to a script. */
function withoutMap(content: Buffer): Buffer {
  const map = content.lastIndexOf('\n//# sourceMappingURL=');
  return map < 0 ? content : content.subarray(0, map + 1);
}

/** Minifies a script, as `npm run package` does. Returns any other file as it is. */
async function minified(file: string, content: Buffer): Promise<Buffer> {
  if (!/\.c?js$/.test(file)) return content;
  const { code } = await esbuild.transform(content.toString(), { minify: true, legalComments: 'none' });
  return Buffer.from(code);
}

describe('the .vsix package', () => {
  it('contains exactly the expected files', async function () {
    // The packaging tool needs several seconds to list the files, and longer while other tests run.
    this.timeout(60_000);
    const meta = (await readJson('dist/extension/meta.json')) as { readonly outputs: object };
    const chunks = Object.keys(meta.outputs).filter((file) => file.endsWith('.cjs'));
    assert.ok(chunks.length > 5);
    const maps = await readdir(new URL('node_modules/pdfjs-dist/cmaps', root));
    assert.ok(maps.includes('UniJIS-UTF16-H.bcmap'), 'the character maps of PDFs');
    const copied = maps.map((name) => `dist/sandbox/cmaps/${name}`);
    assert.deepEqual((await packageFiles()).sort(), [...shipped, ...chunks, ...copied].sort());
  });

  it('has a minified and compressed size of at most 600 KB for the extension, and 8 MB for the sandbox and the MCP server', async function () {
    this.timeout(90_000);
    let [extension, others] = [0, 0];
    for (const file of await packageFiles()) {
      const bytes = packedBytes(await minified(file, withoutMap(await readPackageFile(file))));
      if (isOfOtherProgram(file)) others += bytes;
      else extension += bytes;
    }
    assert.ok(extension > 100_000 && extension <= 600_000, `${extension} bytes`);
    assert.ok(others > 100_000 && others <= 8_000_000, `${others} bytes`);
  });

  it('has an entry file of at most 4 KB after minification', async () => {
    const built = withoutMap(await readPackageFile('dist/extension/extension.cjs'));
    const { code } = await esbuild.transform(built.toString(), {
      format: 'cjs',
      minify: true,
      treeShaking: true,
    });
    const bytes = Buffer.byteLength(code);
    assert.ok(bytes > 500 && bytes <= 4_096, `${bytes} bytes`);
  });

  it('has no runtime dependencies, because the build bundles all packages', async () => {
    const manifest = (await readJson('package.json')) as Readonly<Record<string, unknown>>;
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'])
      assert.equal(manifest[kind], undefined, kind);
    const { packages } = (await readJson('package-lock.json')) as Lock;
    const forProduction = Object.entries(packages).filter(
      ([folder, { dev }]) => folder !== '' && dev !== true,
    );
    assert.deepEqual(forProduction, []);
  });

  it('has no install scripts, not even in the bundled packages', async () => {
    const { scripts } = (await readJson('package.json')) as { readonly scripts: object };
    assert.deepEqual(
      Object.keys(scripts).filter((name) => /install|prepare|vscode:/.test(name)),
      [],
    );
    const { packages } = (await readJson('package-lock.json')) as Lock;
    const withScripts = Object.keys(packages).filter((folder) => packages[folder]?.hasInstallScript);
    assert.ok(withScripts.includes('node_modules/esbuild'), 'the lock file lists install scripts');
    const bundled = new Set<string>();
    for (const part of await readdir(new URL('dist/', root))) {
      const { inputs } = (await readJson(`dist/${part}/meta.json`)) as { readonly inputs: object };
      for (const input of Object.keys(inputs)) {
        const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
        if (folder !== undefined) bundled.add(folder.slice(folder.indexOf('node_modules/')));
      }
    }
    assert.ok(bundled.has('node_modules/undici'));
    assert.deepEqual(
      withScripts.filter((folder) => bundled.has(folder)),
      [],
    );
  });
});
