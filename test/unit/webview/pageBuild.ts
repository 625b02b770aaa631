import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import type { FirstCode } from '../../../src/ui/pages/pageHtml.ts';
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

/** The name of a webview page of the extension. */
export type PageName = 'search' | 'details';

/** Bundles a script of a page from its sources, with the same options as the build of the extension. */
function pageScript(file: string): Promise<string> {
  return bundled({
    entryPoints: [`src/webview/${file}`],
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    tsconfig: 'src/webview/tsconfig.json',
  });
}

function pageStyles(page: PageName): Promise<string> {
  return bundled({ entryPoints: [`media/${page}.css`] });
}

/** Returns the code that the document of the details page contains. */
export async function firstCode(): Promise<FirstCode> {
  const [script, styles] = await Promise.all([pageScript('details/firstMain.ts'), pageStyles('details')]);
  return { script, styles };
}

/** Returns the untranslated English strings of the search page from the source of the extension. */
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

/** A file that a page loads. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer | string;
}

/** Returns the files that the page loads, by URL path. */
export async function pageFiles(page: PageName): Promise<ReadonlyMap<string, PageFile>> {
  const codicon = (file: string): Promise<Buffer> =>
    readFile(path.join(root, 'node_modules', '@vscode', 'codicons', 'dist', file));
  return new Map([
    [`/${page}.js`, { type: 'text/javascript', body: await pageScript(`${page}/main.ts`) }],
    [`/${page}.css`, { type: 'text/css', body: await pageStyles(page) }],
    ['/codicon.css', { type: 'text/css', body: await codicon('codicon.css') }],
    ['/codicon.ttf', { type: 'font/ttf', body: await codicon('codicon.ttf') }],
  ]);
}

/** Folder for screenshots of the page. No test compares them; they are for visual inspection. */
export function picturesFolder(page: PageName): string {
  return path.join(root, 'test-results', `${page}-page`);
}
