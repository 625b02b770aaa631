/**
 * Debounce before the page saves its state, in ms. The state is large, and scrolling would save it
 * constantly.
 */
const keepDebounceMs = 200;
/** Maximum delay between a change and saving it, in ms. */
const maxKeepDelayMs = 3_000;

/**
 * Saves the page's state soon after it changes, and when the page loses the focus or ends. When VS Code hides a page, the
 * page ends, and its last messages may be lost. So call {@link flush} before each action that can hide the page.
 */
export class Keeper {
  readonly #save: () => void;
  #timer: number | undefined;
  /** Time of the first unsaved change, in ms of `performance.now()`. */
  #changedAt: number | undefined;

  constructor(save: () => void) {
    this.#save = save;
  }

  /** Starts saving whenever the page loses the focus, is hidden or is about to end. */
  start(): void {
    window.addEventListener('blur', () => this.flush());
    window.addEventListener('pagehide', () => this.now());
    document.addEventListener('visibilitychange', () => this.now());
  }

  soon(): void {
    const now = performance.now();
    this.#changedAt ??= now;
    const left = this.#changedAt + maxKeepDelayMs - now;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.now(), Math.max(0, Math.min(keepDebounceMs, left)));
  }

  /** Saves now if a change has not been saved. */
  flush(): void {
    if (this.#changedAt !== undefined) this.now();
  }

  now(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changedAt = undefined;
    this.#save();
  }
}
