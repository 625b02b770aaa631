import { isOnnaError } from '../../onna/errors.ts';

/** Runs the loads of one table. A new load replaces the previous load. */
export class LoadTurns {
  #controller: AbortController | undefined;

  get isLoading(): boolean {
    return this.#controller !== undefined;
  }

  /** Stops the current load. */
  stop(): void {
    this.#controller?.abort();
    this.#controller = undefined;
  }

  /**
   * Runs a load in place of the current one.
   * @param load The result is dropped if a newer load has replaced this one.
   * @returns The result; undefined if the load was stopped or replaced.
   * @throws The load's error, unless the load was stopped or replaced.
   */
  async run<T>(load: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.stop();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const result = await load(controller.signal);
      return this.#controller === controller ? result : undefined;
    } catch (error) {
      if (this.#controller !== controller || isOnnaError(error, 'cancelled')) return undefined;
      throw error;
    } finally {
      if (this.#controller === controller) this.#controller = undefined;
    }
  }
}
