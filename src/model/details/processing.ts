import { OnnaError } from '../../onna/errors.ts';
import type { NodePath } from '../../onna/address.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { maxRowsPerMessage } from './pagedSection.ts';

/** Interval between two messages with outcomes, in ms. One message per row would keep the page busy. */
const outcomeIntervalMs = 250;
/** Maximum number of rows in one selection. The table does not have more rows. */
const maxSelected = 100_000;

interface Outcome {
  readonly id: string;
  readonly outcome: string;
  readonly isSelected: boolean;
}

/** Sends selected rows of the exceptions to processing, one request each, and shows the outcome of each row. */
export class Processing {
  readonly #deps: DetailsDeps;
  readonly #target: DetailsTarget;
  readonly #find: (id: string) => DetailsResource | undefined;
  readonly #ended: (id: string, outcome: string) => void;
  /** The part of the selection that the page has sent so far. */
  #selected: string[] = [];
  /** Rows whose request is in progress. They are skipped, because an action is never sent twice. */
  readonly #running = new Set<string>();

  /**
   * @param find The Resource of a row
   * @param ended Called with the outcome of each row, in words
   */
  constructor(
    deps: DetailsDeps,
    target: DetailsTarget,
    find: (id: string) => DetailsResource | undefined,
    ended: (id: string, outcome: string) => void,
  ) {
    this.#deps = deps;
    this.#target = target;
    this.#find = find;
    this.#ended = ended;
  }

  /** Drops an incomplete selection. Call when the page was created again. */
  forgetSelection(): void {
    this.#selected = [];
  }

  /** Adds rows to the selection. Sends the selection if these are its last rows. */
  async add(ids: readonly string[], isLast: boolean): Promise<void> {
    for (const id of ids.slice(0, maxSelected - this.#selected.length)) this.#selected.push(id);
    if (!isLast) return;
    const selected = this.#selected.filter((id) => !this.#running.has(id));
    const wereAllRunning = selected.length === 0 && this.#selected.length > 0;
    this.#selected = [];
    if (!wereAllRunning) await this.#send(selected);
  }

  async #send(ids: readonly string[]): Promise<void> {
    const { host } = this.#deps;
    const byPath = new Map<NodePath, string>();
    for (const id of ids) {
      const path = this.#find(id)?.path;
      if (path !== undefined) byPath.set(path, id);
    }
    if (byPath.size === 0) {
      host.tellMissing();
      return;
    }
    const left = new Set(byPath.values());
    for (const id of left) this.#running.add(id);
    const messages = new OutcomeMessages(this.#deps);
    const end = (id: string, error: unknown, isSelected = false): void => {
      left.delete(id);
      this.#running.delete(id);
      const outcome = host.describeSent(error);
      this.#ended(id, outcome);
      messages.add({ id, outcome, isSelected });
    };
    try {
      const isStarted = await host.process(this.#target, [...byPath.keys()], (path, error) => {
        const id = byPath.get(path);
        if (id !== undefined) end(id, error);
      });
      if (isStarted) for (const id of [...left]) end(id, new OnnaError({ kind: 'cancelled' }), true);
    } catch (error) {
      for (const id of [...left]) end(id, error, true);
    } finally {
      for (const id of left) this.#running.delete(id);
      messages.flush();
    }
  }
}

/** Sends outcomes to the page, several in each message. */
class OutcomeMessages {
  readonly #deps: Pick<DetailsDeps, 'clock' | 'post'>;
  #waiting: Outcome[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(deps: Pick<DetailsDeps, 'clock' | 'post'>) {
    this.#deps = deps;
  }

  add(outcome: Outcome): void {
    this.#waiting.push(outcome);
    this.#cancelTimer ??= this.#deps.clock.after(outcomeIntervalMs, () => this.flush());
  }

  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const outcomes = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < outcomes.length; from += maxRowsPerMessage)
      this.#deps.post({ type: 'outcomes', outcomes: outcomes.slice(from, from + maxRowsPerMessage) });
  }
}
