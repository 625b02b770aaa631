import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';

/**
 * Run in a frame: what it shows, with shadow trees and with what stands in its fields, but for those on screen that
 * a secret is being typed into.
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

/** Run in a frame: what its origin keeps, by place. Bytes come as a character each. */
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

/** A name for a file, of any text. */
function fileName(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '_').slice(0, 120);
}

/**
 * What a window of VS Code in a browser showed and keeps, written down as files, to be searched with all others: the
 * DOM of every frame, what stands in fields, the console, the clipboard, and what every origin stores.
 */
export class PageWritings {
  readonly #page: Page;
  readonly #folder: string;
  readonly #console: string[] = [];
  #looks = 0;

  /** @param folder absolute; made when there is something to write */
  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
    page.on('console', (message) => this.#console.push(message.text()));
    page.on('pageerror', (error) => this.#console.push(error.stack ?? error.message));
  }

  /** Writes down what every frame shows now. */
  async look(when: string): Promise<void> {
    const number = String(this.#looks++).padStart(3, '0');
    for (const [index, frame] of this.#page.frames().entries()) {
      const shown = await evaluated<string>(frame, documentScript);
      if (shown !== undefined) await this.#write(`dom/${number}-${fileName(when)}-${index}.html`, shown);
    }
  }

  /** Writes down the rest, at the end. */
  async finish(): Promise<void> {
    await this.look('end');
    for (const [place, content] of await this.stored())
      await this.#write(`stored/${place.split('/').map(fileName).join('/')}`, content);
    await this.#page.context().grantPermissions(['clipboard-read']);
    await this.#page.bringToFront();
    await this.#write('clipboard', await this.#page.evaluate<string>('navigator.clipboard.readText()'));
    await this.#write('console', this.#console.join('\n'));
  }

  /** What every origin stores now, by place. */
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

/** So long a frame within the page may take, in ms: one that is only just loading answers when it has loaded. */
const frameTimeoutMs = 5_000;

/** Undefined where a frame within the page went away meanwhile, or is so strange that it keeps nothing. */
async function evaluated<T>(frame: Frame, script: string): Promise<T | undefined> {
  const answer = frame.evaluate<T>(script);
  if (frame === frame.page().mainFrame()) return answer;
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), frameTimeoutMs);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), impatience]);
  } finally {
    clearTimeout(timer);
  }
}
