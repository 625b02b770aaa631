import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Theme } from './themes.ts';

declare global {
  interface Window {
    /** Violations of the content security policy. */
    violations: string[];
    toHost: (use: string, message: unknown) => void;
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
  /** Simulates that the user prefers reduced motion. */
  readonly reducedMotion?: boolean;
  /** Whether the test changes the tab itself, for example with a script for each document of the tab. */
  readonly changesTab?: boolean;
}

/** A browser tab that shows a page of the extension, in its own browser context. Several tests may use it in turn. */
export class BrowserTab {
  readonly page: Page;
  /** Whether the tab has the default options, so that another test may use it. */
  readonly isPlain: boolean;
  readonly #context: BrowserContext;
  #problems: string[] = [];
  #receive: (message: unknown) => void = () => undefined;
  #uses = 0;

  private constructor(context: BrowserContext, page: Page, isPlain: boolean) {
    this.#context = context;
    this.page = page;
    this.isPlain = isPlain;
  }

  static async open(browser: Browser, options: OpenOptions): Promise<BrowserTab> {
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1000, height: 700 },
      colorScheme: options.isLight ? 'light' : 'dark',
      forcedColors: options.forcedColors ? 'active' : 'none',
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
      timezoneId: options.timeZone ?? 'UTC',
      locale: 'en',
    });
    const page = await context.newPage();
    const tab = new BrowserTab(context, page, Object.keys(options).length === 0);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') tab.#problems.push(message.text());
    });
    page.on('pageerror', (error) => tab.#problems.push(error.message));
    // Ignore messages of the document of an earlier test.
    await page.exposeFunction('toHost', (use: string, message: unknown) =>
      use === tab.#use ? tab.#receive(message) : undefined,
    );
    await page.addInitScript(actAsVsCode, options.theme ?? {});
    return tab;
  }

  get #use(): string {
    return `?${this.#uses}`;
  }

  /** Loads the page without saved state, and sends its messages to `receive`. */
  async show(url: string, receive: (message: unknown) => void): Promise<void> {
    this.#uses++;
    this.#receive = receive;
    this.#problems = [];
    // The pointer of an earlier test must not hover over anything.
    if (this.#uses > 1) await this.page.mouse.move(-1, -1);
    await this.page.goto(`${url}${this.#use}`);
  }

  /** Ends the current use. Returns the violations of the content security policy and the errors that the page logged. */
  async leave(): Promise<readonly string[]> {
    const violations = await this.page.evaluate(() => window.violations);
    this.#receive = () => undefined;
    return [...violations, ...this.#problems];
  }

  async empty(): Promise<void> {
    await this.page.goto('about:blank');
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** Runs in the page before its script. Provides the webview API and the theme variables of VS Code. */
function actAsVsCode(theme: Theme): void {
  window.violations = [];
  // Each use of the tab has its own query in the URL. A new use starts without the state of the previous page.
  const use = location.search;
  if (sessionStorage.getItem('use') !== use) {
    sessionStorage.clear();
    sessionStorage.setItem('use', use);
  }
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
      postMessage: (message: unknown) => window.toHost(use, message),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    }),
  });
}
