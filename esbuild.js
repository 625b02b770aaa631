// Builds dist/: the extension (a tiny CommonJS entry and lazily required chunks next to it), the web
// pages, and the sandbox server. `--watch` rebuilds on change, `--production` minifies. `--host-tests` bundles the tests
// in test/host into dist-test/host instead, for a debugger or the Testing view.
import { globSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/**
 * Removes two copies that esbuild makes for modules with a default export: one of each required module, one of the
 * file's own exports. Our chunks and `vscode` have no default export. The copies and their helpers would be a quarter of
 * the entry file. Requires `vscode` once in each file.
 * @param {string} code
 */
function withoutCopies(code) {
  /** @type {string | undefined} */
  let vscode;
  return (
    code
      .replaceAll(/__toESM\((require\("(?:vscode|\.\/[^"]+)"\))\)/g, '$1')
      // Anchored, because a search for a name in the middle of an inline source map takes minutes.
      .replaceAll(/^var (\w+) = require\("vscode"\);$/gm, (first, name) => {
        if (vscode !== undefined) return `var ${name} = ${vscode};`;
        vscode = name;
        return first;
      })
      .replace(/var (\w+) = \{\};\n__export\(\1, /, '__export(exports, ')
      .replace(/^module\.exports = __toCommonJS\(\w+\);$/m, '')
  );
}

/**
 * Minifies a CommonJS file in production and drops unused helpers.
 * @param {string} code
 */
async function finish(code) {
  if (!production) return code;
  return (await esbuild.transform(code, { format: 'cjs', minify: true, treeShaking: true, target: 'node22' }))
    .code;
}

/**
 * esbuild splits shared code into chunks only for ES modules. VS Code loads a CommonJS entry about 4 ms
 * faster than an ES module. So the build splits the code as ES modules, and this plugin then converts each
 * file to CommonJS. Every source file ends up in exactly one chunk, so no class or state exists twice.
 * @param {string} outdir
 * @returns {import('esbuild').Plugin}
 */
function writeAsCommonJs(outdir) {
  return {
    name: 'write-as-commonjs',
    setup(build) {
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return;
        await rm(outdir, { recursive: true, force: true });
        await mkdir(outdir, { recursive: true });
        await Promise.all(
          (result.outputFiles ?? []).map(async (file) => {
            if (!file.path.endsWith('.cjs')) return;
            const { code } = await esbuild.transform(file.text, {
              format: 'cjs',
              // The platform `node` would add a line that only ES module importers need. VS Code loads this file with
              // `require`.
              platform: 'neutral',
              target: 'node22',
              supported: { 'dynamic-import': false },
              sourcefile: path.basename(file.path),
              sourcemap: production ? false : 'inline',
            });
            await writeFile(file.path, await finish(withoutCopies(code)));
          }),
        );
      });
    },
  };
}

const builds = [
  {
    ...shared,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist/extension',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    write: false,
    sourcemap: production ? false : 'inline',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    plugins: [writeAsCommonJs(path.resolve('dist/extension'))],
  },
  {
    ...shared,
    // Bundling also copies the shared styles into the style sheet of each page.
    entryPoints: [
      ...['search', 'details'].flatMap((page) => [
        { in: `src/webview/${page}/main.ts`, out: page },
        { in: `media/${page}.css`, out: page },
      ]),
      { in: 'src/webview/details/firstMain.ts', out: 'detailsFirst' },
    ],
    outdir: 'dist/webview',
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    tsconfig: 'src/webview/tsconfig.json',
  },
  {
    ...shared,
    entryPoints: { server: 'src/mcp/main.ts' },
    outdir: 'dist/mcp',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  },
  {
    ...shared,
    entryPoints: {
      sandbox: 'src/sandbox/cli/cli.ts',
      worker: 'src/sandbox/extraction/worker.ts',
      watchdog: 'src/sandbox/extraction/watchdog.ts',
    },
    outdir: 'dist/sandbox',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // The sandbox looks for its worker, its watchdog and the files of its web page next to its own bundle.
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    platform: 'node',
    target: 'node22',
  },
];

async function copyAssets() {
  await mkdir('dist/webview', { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    await cp(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`);
  }
  await cp('src/sandbox/page/browser', 'dist/sandbox/browser', { recursive: true });
  // PDFs in East Asian languages refer to these character maps by name.
  await cp('node_modules/pdfjs-dist/cmaps', 'dist/sandbox/cmaps', { recursive: true });
}

/** Makes one bundle per test file. Mocha is external, so that all bundles share one instance. */
async function buildHostTests() {
  await rm('dist-test/host', { recursive: true, force: true });
  await esbuild.build({
    entryPoints: ['test/host/run.ts', ...globSync('test/host/**/*.test.ts')],
    outdir: 'dist-test/host',
    outbase: 'test/host',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // Mocha's index is an ES module. `require` returns its class in Node 24, but not in the Node 22 of VS Code 1.105.
    alias: { mocha: 'mocha/lib/mocha.cjs' },
    external: ['vscode', 'mocha/lib/mocha.cjs'],
    define: { 'import.meta.dirname': '__dirname' },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  // VS Code runs the tests with an empty folder and a fresh user profile each time.
  await rm('dist-test/debugging', { recursive: true, force: true });
  await mkdir('dist-test/debugging/workspace', { recursive: true });
}

async function buildExtension() {
  if (!watch) await rm('dist', { recursive: true, force: true });
  await copyAssets();
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  if (watch) {
    await Promise.all(contexts.map((context) => context.watch()));
    console.log('watching');
    return;
  }
  await Promise.all(
    contexts.map(async (context, index) => {
      const { metafile } = await context.rebuild();
      // Other scripts read this file to list third-party licenses and to check which chunks each chunk loads.
      const folder = builds[index]?.outdir ?? '';
      await writeFile(path.join(folder, 'meta.json'), JSON.stringify(metafile));
    }),
  );
  await Promise.all(contexts.map((context) => context.dispose()));
}

if (process.argv.includes('--host-tests')) await buildHostTests();
else await buildExtension();
