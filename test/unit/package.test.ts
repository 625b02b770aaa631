import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import * as esbuild from 'esbuild';
import { isOfSandbox, packageFiles, packedBytes, readPackageFile } from '../support/packageFiles.ts';

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
  'dist/webview/codicon.css',
  'dist/webview/codicon.ttf',
  'dist/webview/details.css',
  'dist/webview/details.js',
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
  'media/walkthrough-act.svg',
  'media/walkthrough-browse.svg',
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

describe('the .vsix package', () => {
  it('contains exactly the expected files', async function () {
    // The packaging tool needs several seconds to list the files, and more beside other tests.
    this.timeout(60_000);
    const meta = (await readJson('dist/extension/meta.json')) as { readonly outputs: object };
    const chunks = Object.keys(meta.outputs).filter((file) => file.endsWith('.cjs'));
    assert.ok(chunks.length > 5);
    assert.deepEqual((await packageFiles()).sort(), [...shipped, ...chunks].sort());
  });

  // This test measures the development build. The production build is minified and therefore smaller.
  it('has a compressed size of at most 600 KB without the sandbox and 3 MB with the sandbox', async function () {
    this.timeout(30_000);
    let [extension, sandbox] = [0, 0];
    for (const file of await packageFiles()) {
      const bytes = packedBytes(withoutMap(await readPackageFile(file)));
      if (isOfSandbox(file)) sandbox += bytes;
      else extension += bytes;
    }
    assert.ok(extension > 100_000 && extension <= 600_000, `${extension} bytes`);
    assert.ok(sandbox > 100_000 && extension + sandbox <= 3_000_000, `${extension + sandbox} bytes`);
  });

  it('has an entry file of at most 5.2 KB after minification', async () => {
    const built = withoutMap(await readPackageFile('dist/extension/extension.cjs'));
    // The production build minifies the files before it joins them. Its entry file is 1 KB smaller: below 4 KB.
    const { code } = await esbuild.transform(built.toString(), { minify: true });
    const bytes = Buffer.byteLength(code);
    assert.ok(bytes > 500 && bytes <= 5_200, `${bytes} bytes`);
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
