import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { pageFiles } from './pageBuild.ts';
import type { PageName } from './pageBuild.ts';
import type { Theme } from './themes.ts';

declare global {
  interface Window {
    /** Violations of the content security policy. */
    violations: string[];
    toHost: (message: unknown) => void;
  }
}

export interface OpenOptions {
  readonly theme?: Theme;
  readonly isLight?: boolean;
  /** Time zone of the browser. Default: UTC. */
  readonly timeZone?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Simulates the forced-colors mode of the operating system. */
  readonly forcedColors?: boolean;
}

/** Serves the document, the script and the styles of a page from one origin, and opens a browser for the page. */
export class PageSite {
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  /** @param html Returns the document. Its argument is the origin that serves the page. */
  static async start(page: PageName, html: (origin: string) => string): Promise<PageSite> {
    const [files, browser] = await Promise.all([pageFiles(page), launchBrowser()]);
    const server = createServer((request, response) => {
      const origin = `http://${request.headers.host ?? ''}`;
      const file = files.get(new URL(request.url ?? '/', origin).pathname);
      if (file) response.setHeader('Content-Type', file.type).end(file.body);
      else if (request.url === '/') response.setHeader('Content-Type', 'text/html').end(html(origin));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PageSite(server, browser);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  context(options: OpenOptions): Promise<BrowserContext> {
    return this.#browser.newContext({
      viewport: options.viewport ?? { width: 1000, height: 700 },
      colorScheme: options.isLight ? 'light' : 'dark',
      forcedColors: options.forcedColors ? 'active' : 'none',
      timezoneId: options.timeZone ?? 'UTC',
      locale: 'en',
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Runs in the page before its script. Provides the webview API and the theme variables of VS Code. */
export function actAsVsCode(theme: Theme): void {
  window.violations = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    window.violations.push(`${violatedDirective} ${blockedURI}`);
  });
  const applyTheme = (): void => {
    for (const [name, value] of Object.entries(theme)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  };
  // The root element does not exist before the document is parsed.
  if ((document.documentElement as Element | null) === null)
    document.addEventListener('readystatechange', applyTheme);
  else applyTheme();
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => window.toHost(message),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    }),
  });
}
