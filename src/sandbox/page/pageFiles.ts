import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from '../http/answer.ts';
import { methodNotAllowed, notFound } from '../http/refusals.ts';

/** Folder of the page's files. It is next to this file in the sources, and next to the bundle after a build. */
const folder = path.join(import.meta.dirname, 'browser');

/** The only files that the page serves. */
const contentTypes: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'main.js': 'text/javascript; charset=utf-8',
  'connection.js': 'text/javascript; charset=utf-8',
  'elements.js': 'text/javascript; charset=utf-8',
  'account.js': 'text/javascript; charset=utf-8',
  'datasources.js': 'text/javascript; charset=utf-8',
  'statusDialog.js': 'text/javascript; charset=utf-8',
  'queue.js': 'text/javascript; charset=utf-8',
  'log.js': 'text/javascript; charset=utf-8',
  'switches.js': 'text/javascript; charset=utf-8',
  'switchControls.js': 'text/javascript; charset=utf-8',
};

/**
 * The page loads only its own files, connects only to its own server and can't be framed. Trusted types prevent text of
 * a Datasource from becoming markup.
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/**
 * Returns a file of the page as an answer. No login is needed, because the files contain no user data.
 * @throws Refusal 404, 405
 */
export async function answerPageFile(name: string, method: string): Promise<Answer> {
  const contentType = Object.hasOwn(contentTypes, name) ? contentTypes[name] : undefined;
  if (contentType === undefined) throw notFound();
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
  const bytes = await readFile(path.join(folder, name));
  return {
    status: 200,
    headers,
    body: { kind: 'bytes', chunks: [bytes], length: bytes.length, contentType },
  };
}
