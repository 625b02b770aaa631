import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';

/**
 * A script for a frame. It returns the DOM of the frame, with shadow trees and the values of input fields. It skips
 * visible password fields, because the user may be typing a secret into them.
 */
const documentScript = `(() => {
  const parts = [document.documentElement.outerHTML];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      const isBeingTyped = element.type === 'password' && element.checkVisibility();
      if (typeof element.value === 'string' && !isBeingTyped) parts.push(element.value);
      if (element.shadowRoot) {
        parts.push(element.shadowRoot.innerHTML);
        walk(element.shadowRoot);
      }
    }
  };
  walk(document);
  return parts.join('\\n');
})()`;

/**
 * A script for a frame. It returns all stored data of the frame's origin, by place. Each byte becomes one character.
 */
const storageScript = `(async () => {
  const places = {};
  const text = (value, seen = new Set()) => {
    if (typeof value === 'string') return value;
    if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
    if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value);
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.has(value)) return '';
    seen.add(value);
    const entries = value instanceof Map || value instanceof Set ? [...value.entries()] : Object.entries(value);
    return entries.map((entry) => entry.map((part) => text(part, seen)).join('=')).join('\\n');
  };
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const [name, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]])
    for (const key of Object.keys(storage)) places[name + '/' + key] = key + '=' + storage.getItem(key);
  places['cookies'] = document.cookie;
  places['history'] = text(history.state) + '\\n' + location.href + '\\n' + window.name;
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store, 'readonly').objectStore(store);
      const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
      places['indexedDB/' + name + '/' + store] =
        values.map((value, index) => text(keys[index]) + '=' + text(value)).join('\\n');
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      places['caches/' + name] = (places['caches/' + name] ?? '') + '\\n' + request.url;
  }
  return places;
})()`;

/** Returns a file name for any text. */
function fileName(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '_').slice(0, 120);
}

/**
 * Saves the contents of a VS Code window in a browser as files, so that they can be searched for secrets. The contents
 * are the DOM of every frame, the values of input fields, the console, the clipboard, and the storage of every origin.
 */
export class PageWritings {
  readonly #page: Page;
  readonly #folder: string;
  readonly #console: string[] = [];
  #snapshots = 0;

  /** @param folder absolute path; the first write creates the folder */
  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
    page.on('console', (message) => this.#console.push(message.text()));
    page.on('pageerror', (error) => this.#console.push(error.stack ?? error.message));
  }

  /** Saves the current DOM of every frame. @param when part of the file names */
  async saveDom(when: string): Promise<void> {
    const number = String(this.#snapshots++).padStart(3, '0');
    for (const [index, frame] of this.#page.frames().entries()) {
      const shown = await evaluated<string>(frame, documentScript);
      if (shown !== undefined) await this.#write(`dom/${number}-${fileName(when)}-${index}.html`, shown);
    }
  }

  /** Saves the DOM again, and also the storage, the clipboard and the console. */
  async finish(): Promise<void> {
    await this.saveDom('end');
    for (const [place, content] of await this.stored())
      await this.#write(`stored/${place.split('/').map(fileName).join('/')}`, content);
    await this.#page.context().grantPermissions(['clipboard-read']);
    await this.#page.bringToFront();
    await this.#write('clipboard', await this.#page.evaluate<string>('navigator.clipboard.readText()'));
    await this.#write('console', this.#console.join('\n'));
  }

  /** Returns the current storage of every origin, by place. */
  async stored(): Promise<ReadonlyMap<string, string>> {
    const origins = new Set<string>();
    const stored = new Map<string, string>();
    for (const frame of this.#page.frames()) {
      const origin = await evaluated<string>(frame, 'self.origin');
      if (origin === undefined || origins.has(origin)) continue;
      origins.add(origin);
      const places = await evaluated<Record<string, string>>(frame, storageScript);
      for (const [place, content] of Object.entries(places ?? {}))
        stored.set(`${origins.size}/${place}`, content);
    }
    return stored;
  }

  async #write(file: string, content: string): Promise<void> {
    const whole = path.join(this.#folder, file);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, content);
  }
}

/** Timeout for a script in a nested frame, in ms. A frame runs the script only after it has loaded. */
const frameTimeoutMs = 5_000;

/** Runs a script in a frame. Returns undefined if a nested frame is removed, times out, or denies access to storage. */
async function evaluated<T>(frame: Frame, script: string): Promise<T | undefined> {
  const result = frame.evaluate<T>(script);
  if (frame === frame.page().mainFrame()) return result;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), frameTimeoutMs);
  });
  try {
    return await Promise.race([result.catch(() => undefined), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
