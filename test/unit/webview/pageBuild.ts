import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import type { SearchStrings } from '../../../src/shared/searchStrings.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function bundled(options: esbuild.BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    write: false,
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/** The page's script, built from the current sources with the same options as the extension's build. */
export function pageScript(): Promise<string> {
  return bundled({
    entryPoints: ['src/webview/search/main.ts'],
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    tsconfig: 'src/webview/tsconfig.json',
  });
}

/** The page's texts in English, as the extension defines them, without VS Code's translation. */
export async function englishStrings(): Promise<SearchStrings> {
  const code = await bundled({
    entryPoints: ['src/ui/search/searchPageStrings.ts'],
    format: 'esm',
    platform: 'node',
    plugins: [
      {
        name: 'untranslated',
        setup(build) {
          build.onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'untranslated' }));
          build.onLoad({ filter: /.*/, namespace: 'untranslated' }, () => ({
            contents: 'export const l10n = { t: (message) => message };',
          }));
        },
      },
    ],
  });
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    searchPageStrings: () => SearchStrings;
  };
  return module.searchPageStrings();
}

/** The files that the page loads in addition to its script. */
export async function pageFiles(): Promise<ReadonlyMap<string, { type: string; body: Buffer }>> {
  const read = (...parts: string[]): Promise<Buffer> => readFile(path.join(root, ...parts));
  const codicons = ['node_modules', '@vscode', 'codicons', 'dist'];
  return new Map([
    ['/search.css', { type: 'text/css', body: await read('media', 'search.css') }],
    ['/codicon.css', { type: 'text/css', body: await read(...codicons, 'codicon.css') }],
    ['/codicon.ttf', { type: 'font/ttf', body: await read(...codicons, 'codicon.ttf') }],
  ]);
}

/** Folder for screenshots of the page, for people to look at. */
export const picturesFolder = path.join(root, 'test-results', 'search-page');
