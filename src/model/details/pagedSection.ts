import { Owner } from '../../base/event.ts';
import type { NodePath } from '../../onna/address.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { DetailsLoad } from '../../shared/detailsProtocol.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsTarget } from './detailsHost.ts';
import { LoadTurns } from './loadTurns.ts';

/** Maximum rows in one message to the page, so that neither side is busy for long. */
export const maxRowsPerMessage = 500;
/** Time after which a load is shown if there are rows already, in ms. */
const loadingShownAfterMs = 100;
/** Maximum rows that are requested from the service to restore a scroll position. Takes about ten requests. */
export const maxRestoredRows = 2_000;

/** Some rows of a table, and the place where the next rows begin. */
export interface SectionPage<Row, Place> {
  readonly rows: readonly Row[];
  /** The place of the next rows; undefined if these are the last rows. */
  readonly next: Place | undefined;
}

/** A table on a details page. Its rows depend on the user's choice and are loaded page by page. */
export abstract class PagedSection<
  Choice,
  Row,
  Place,
  Page extends SectionPage<Row, Place> = SectionPage<Row, Place>,
> extends Owner {
  protected readonly deps: DetailsDeps;
  protected readonly target: DetailsTarget;
  /** The user's latest choice. */
  protected chosen: Choice;
  /** The choice for which the current rows were loaded. */
  protected shownChoice: Choice;
  protected state: DetailsLoad = { phase: 'idle' };
  readonly #maxRows: number;
  readonly #turns = new LoadTurns();
  #next: Place | undefined;
  /** Appended in place: a copy for each page would take longer and longer. */
  #rows: Row[] = [];
  /** Number of rows that the webview has received. */
  #sent = 0;
  /** Cancels the timer that shows that rows are being loaded. */
  #cancelShowing: (() => void) | undefined;
  /** Whether more than the first page was loaded. */
  #isDeep = false;

  /** @param maxRows Maximum number of rows that are kept. */
  protected constructor(deps: DetailsDeps, target: DetailsTarget, choice: Choice, maxRows: number) {
    super();
    this.#maxRows = maxRows;
    this.deps = deps;
    this.target = target;
    this.chosen = choice;
    this.shownChoice = choice;
    this.register({ dispose: () => this.#turns.stop() });
    this.register({ dispose: () => this.#cancelShowing?.() });
  }

  get choice(): Choice {
    return this.chosen;
  }

  protected get rows(): readonly Row[] {
    return this.#rows;
  }

  /** Whether the webview can request further rows. */
  protected get hasMore(): boolean {
    return this.#sent < this.#rows.length || this.#next !== undefined;
  }

  /** Requests a page. @param place Undefined for the first page. */
  protected abstract request(
    path: NodePath,
    choice: Choice,
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<Page>;

  /** Sends the state and these rows. @param from The index of the first of the rows */
  protected abstract send(from: number, rows: readonly Row[]): void;

  /** The message for a failed request. */
  protected abstract describe(error: unknown, choice: Choice): string;

  /** Stores the other values of a page before its rows are sent. Its rows are already in {@link rows}. */
  protected abstract take(page: Page, isFirst: boolean): void;

  /** Restores the choice from a webview that was created again. */
  restore(choice: Choice): void {
    if (this.state.phase === 'idle') this.chosen = choice;
  }

  async choose(choice: Choice): Promise<void> {
    this.chosen = choice;
    await this.load(true);
  }

  /** Loads the first rows. @param again Whether to reload rows that are already loaded. */
  async load(again: boolean): Promise<void> {
    if ((this.state.phase === 'ready' || this.#turns.isLoading) && !again) return;
    await this.#read(undefined);
  }

  /**
   * Loads the next rows. A request that arrives late has an outdated `loaded` and is ignored.
   * @param loaded The number of rows that the webview has.
   * @param isRestoring Whether the webview asks without the user, to restore its scroll position. It gets all rows that
   * are kept here, but only a limited number of rows from the service. After that, it gets none.
   */
  async loadMore(loaded: number, isRestoring: boolean): Promise<void> {
    if (this.#turns.isLoading || loaded !== this.#sent) return;
    if (this.#sent < this.#rows.length) this.#sendFrom(this.#sent);
    else if (this.#next === undefined) return;
    else if (isRestoring && loaded >= maxRestoredRows) this.#sendState();
    else await this.#read(this.#next);
  }

  /**
   * Reloads the first rows. Does nothing if the user has loaded further rows, because these would be lost.
   */
  async refresh(): Promise<void> {
    if (!this.#isDeep) await this.load(true);
  }

  /** Marks the rows as outdated. */
  expire(): void {
    if (this.state.phase === 'ready') this.state = { phase: 'idle' };
  }

  cancel(): void {
    this.#turns.stop();
    this.#stopped();
  }

  /** Call when the Datasource is gone. Keeps the rows that were loaded, and drops rows that arrive later. */
  end(): void {
    this.#turns.stop();
    this.#next = undefined;
    if (this.state.phase === 'loading') this.#failAsGone();
    else if (this.state.phase !== 'idle') this.#sendState();
  }

  /** Sends the first rows to a webview that was created again, if they were requested. It then asks for the others. */
  post(): void {
    if (this.state.phase !== 'idle') this.#sendFrom(0);
  }

  #sendState(): void {
    this.#cancelShowing?.();
    if (!this.isDisposed) this.send(this.#sent, []);
  }

  #sendFrom(from: number): void {
    this.#cancelShowing?.();
    if (this.isDisposed) return;
    const rows = this.#rows.slice(from, from + maxRowsPerMessage);
    this.#sent = from + rows.length;
    this.send(from, rows);
  }

  /** Restores the state and the choice from before a load that was stopped. */
  #stopped(): void {
    if (this.state.phase !== 'loading') return;
    if (this.rows.length > 0) this.chosen = this.shownChoice;
    this.state =
      this.rows.length > 0
        ? { phase: 'ready' }
        : { phase: 'failed', notice: this.describe(new OnnaError({ kind: 'cancelled' }), this.choice) };
    this.#sendState();
  }

  #failAsGone(): void {
    this.state = {
      phase: 'failed',
      notice: this.describe(new OnnaError({ kind: 'notFound' }), this.choice),
    };
    this.#sendState();
  }

  /** Most pages arrive soon, and each state makes the webview draw all visible rows again. */
  #startLoading(): void {
    this.state = { phase: 'loading' };
    this.#cancelShowing?.();
    if (this.#rows.length === 0) this.#sendState();
    else this.#cancelShowing = this.deps.clock.after(loadingShownAfterMs, () => this.#sendState());
  }

  async #read(place: Place | undefined): Promise<void> {
    const datasource = this.deps.host.datasource(this.target);
    if (!datasource) {
      if (this.deps.host.isGone(this.target)) this.#failAsGone();
      return;
    }
    const { chosen, choice } = this;
    const isFirst = place === undefined;
    this.#startLoading();
    let page: Page | undefined;
    try {
      page = await this.#turns.run((signal) => this.request(datasource.path, choice, place, signal));
    } catch (error) {
      // After a failed refresh, the rows are kept, because they still match the choice.
      if (isFirst && chosen !== this.shownChoice) {
        this.#rows = [];
        this.#sent = 0;
        this.#next = undefined;
      }
      this.state = { phase: 'failed', notice: this.describe(error, choice) };
      this.#sendState();
      return;
    }
    if (!page) {
      if (!this.#turns.isLoading) this.#stopped();
      return;
    }
    this.#isDeep = !isFirst;
    if (isFirst) [this.#rows, this.#sent] = [[], 0];
    const isLimited = this.#append(page);
    this.shownChoice = chosen;
    this.take(page, isFirst);
    const notice = isLimited ? this.deps.host.describeLimit(this.#maxRows) : undefined;
    this.state = { phase: 'ready', ...(notice !== undefined && { notice }) };
    this.#sendFrom(this.#sent);
  }

  /** @returns Whether there are more rows than are kept. */
  #append({ rows, next }: Page): boolean {
    const space = this.#maxRows - this.#rows.length;
    // A function call cannot have as many arguments as a service may send rows.
    for (const row of rows.slice(0, space)) this.#rows.push(row);
    const isLimited = rows.length > space || (next !== undefined && this.#rows.length >= this.#maxRows);
    this.#next = isLimited ? undefined : next;
    return isLimited;
  }
}
