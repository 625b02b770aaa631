import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from './repository.ts';

interface Notice {
  readonly name: string;
  readonly license: string;
  readonly from: string;
  readonly text: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

/** The path of the notices file, which is part of the .vsix. */
export const noticesFile = path.join(repository, 'ThirdPartyNotices.txt');

/** Packages that the build copies to dist without bundling, so that esbuild's metafiles do not list them. */
const copied = ['@vscode/codicons'];

/** Projects that are included in another package. unpdf contains a build of pdf.js. */
const inside: Readonly<Record<string, Omit<Notice, 'text'>>> = {
  unpdf: {
    name: 'pdf.js',
    license: 'Apache-2.0',
    from: 'https://github.com/mozilla/pdf.js (Copyright Mozilla Foundation)',
  },
};

/** Returns the names of the packages whose code is in `dist`. */
export async function bundledPackages(): Promise<string[]> {
  const names = new Set(copied);
  for (const folder of ['extension', 'webview', 'sandbox', 'mcp']) {
    const meta = JSON.parse(await readFile(path.join(repository, 'dist', folder, 'meta.json'), 'utf8')) as {
      readonly inputs: Readonly<Record<string, unknown>>;
    };
    for (const input of Object.keys(meta.inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names].sort((left, right) => left.localeCompare(right, 'en'));
}

async function licenseText(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

async function noticesOf(name: string): Promise<Notice[]> {
  const folder = path.join(repository, 'node_modules', name);
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const { license, homepage, repository: source } = manifest;
  const from = homepage ?? (typeof source === 'object' ? source.url : (source ?? ''));
  const text = await licenseText(folder);
  if (text === '') throw new Error(`The package ${name} has no license file.`);
  const notices = [{ name: `${name} ${manifest.version}`, license, from, text }];
  const held = inside[name];
  // pdf.js has the same license as TypeScript (Apache 2.0), and the package of TypeScript contains the
  // license text.
  if (held) {
    const apache = await licenseText(path.join(repository, 'node_modules', 'typescript'));
    notices.push({ ...held, text: apache });
  }
  return notices;
}

/** Returns the content of `ThirdPartyNotices.txt` for the current build in `dist`. */
export async function thirdPartyNotices(): Promise<string> {
  const notices = (await Promise.all((await bundledPackages()).map(noticesOf))).flat();
  const parts = notices.map(
    ({ name, license, from, text }) => `${'='.repeat(80)}\n${name}\n${license}\n${from}\n\n${text}\n`,
  );
  return `Datasources for Onna contains the following works of others.\n\n${parts.join('\n')}`;
}

if (process.argv.includes('--write')) await writeFile(noticesFile, await thirdPartyNotices());
