/** Runs only the latest of several calls, after a delay without further calls. */
export class Debounce {
  readonly #delayMs: number;
  #timer: number | undefined;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  get isPending(): boolean {
    return this.#timer !== undefined;
  }

  run(action: () => void): void {
    this.cancel();
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      action();
    }, this.#delayMs);
  }

  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
