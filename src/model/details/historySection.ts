import { Owner } from '../../base/event.ts';
import { OnnaError } from '../../onna/errors.ts';
import { displayText } from '../../shared/displayText.ts';
import type { DetailsLoad, RunView } from '../../shared/detailsProtocol.ts';
import type { History } from '../history/historyReader.ts';
import type { Run } from '../history/runs.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsTarget } from './detailsHost.ts';
import { LoadTurns } from './loadTurns.ts';

/** Maximum length of a shown reason, in characters. */
const maxReason = 300;

/** The runs on a details page. */
export class HistorySection extends Owner {
  readonly #deps: DetailsDeps;
  readonly #target: DetailsTarget;
  readonly #turns = new LoadTurns();
  #load: DetailsLoad = { phase: 'idle' };
  #runs: readonly Run[] = [];
  #last: History | undefined;

  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super();
    this.#deps = deps;
    this.#target = target;
    this.register({ dispose: () => this.#turns.stop() });
  }

  /**
   * Shows the runs in the local journal at once, then adds the runs that the service reports.
   * @param again Whether to reload runs that are already loaded.
   */
  async load(again: boolean): Promise<void> {
    const datasource = this.#deps.host.datasource(this.#target);
    if (!datasource) {
      if (this.#deps.host.isGone(this.#target)) this.#fail(new OnnaError({ kind: 'notFound' }));
      return;
    }
    if (this.#load.phase === 'ready' && !again) return;
    if (this.#turns.isLoading && !again) return;
    const owner = { ...this.#target, path: datasource.path };
    let history: History | undefined;
    try {
      history = await this.#turns.run(async (signal) => {
        if (this.#runs.length === 0) this.#runs = await this.#deps.history.known(owner);
        if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
        this.#load = { phase: 'loading' };
        this.#send();
        return this.#deps.history.read(owner, signal, this.#last);
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (history) this.#take(history);
    else if (!this.#turns.isLoading) this.#stopped();
  }

  /** Marks the runs as outdated. */
  expire(): void {
    if (this.#load.phase === 'ready') this.#load = { phase: 'idle' };
  }

  cancel(): void {
    this.#turns.stop();
    this.#stopped();
  }

  /** Call when the Datasource is gone. Stops loading, and keeps the runs that were loaded. */
  end(): void {
    this.#turns.stop();
    if (this.#load.phase === 'loading') this.#fail(new OnnaError({ kind: 'notFound' }));
  }

  /** Sends the runs, if they were requested. */
  post(): void {
    if (this.#load.phase !== 'idle') this.#send();
  }

  #fail(error: unknown): void {
    this.#load = { phase: 'failed', notice: this.#deps.host.describeError(error) };
    this.#send();
  }

  #send(): void {
    if (this.isDisposed) return;
    this.#deps.post({ type: 'history', load: this.#load, runs: this.#runs.map(runView) });
  }

  #take(history: History): void {
    this.#runs = history.runs;
    this.#last = history;
    const isAllMissing = history.runs.length === 0 && history.failure !== undefined;
    const notice = isAllMissing
      ? this.#deps.host.describeError(history.failure)
      : this.#deps.host.describeHistory(history);
    this.#load = { phase: isAllMissing ? 'failed' : 'ready', ...(notice !== undefined && { notice }) };
    this.#send();
  }

  #stopped(): void {
    if (this.#load.phase !== 'loading') return;
    this.#load = { phase: this.#runs.length > 0 ? 'ready' : 'idle' };
    this.#send();
  }
}

function runView({ source, start, end, outcome, failedAttempts, counts, reason }: Run): RunView {
  return {
    source,
    outcome,
    failedAttempts,
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(counts?.added !== undefined && { added: counts.added }),
    ...(counts?.changed !== undefined && { changed: counts.changed }),
    ...(counts?.removed !== undefined && { removed: counts.removed }),
    ...(reason !== undefined && { reason: displayText(reason, maxReason) }),
  };
}
