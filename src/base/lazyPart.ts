/** Loads a part of the program on first use. If loading fails, the next use tries again. */
export class LazyPart<T> {
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Returns the part, and loads it first if needed. Concurrent calls share one load. */
  async get(): Promise<T> {
    const loading = (this.#loading ??= this.#load());
    try {
      return await loading;
    } catch (error) {
      if (this.#loading === loading) this.#loading = undefined;
      throw error;
    }
  }
}
