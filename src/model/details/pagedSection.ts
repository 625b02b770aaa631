import { Owner } from '../../base/event.ts';
import type { NodePath } from '../../onna/address.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { DetailsLoad } from '../../shared/detailsProtocol.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsTarget } from './detailsHost.ts';
import { LoadTurns } from './loadTurns.ts';

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
  protected rows: readonly Row[] = [];
  readonly #turns = new LoadTurns();
  #next: Place | undefined;
  /** Whether more than the first page was loaded. */
  #isDeep = false;

  protected constructor(deps: DetailsDeps, target: DetailsTarget, choice: Choice) {
    super();
    this.deps = deps;
    this.target = target;
    this.chosen = choice;
    this.shownChoice = choice;
    this.register({ dispose: () => this.#turns.stop() });
  }

  get choice(): Choice {
    return this.chosen;
  }

  protected get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Requests a page. @param place Undefined for the first page. */
  protected abstract request(
    path: NodePath,
    choice: Choice,
    place: Place | undefined,
    signal: AbortSignal,
  ): Promise<Page>;

  /** Sends the state and the rows, starting with the row at index `from`. */
  protected abstract send(from: number): void;

  /** The message for a failed request. */
  protected abstract describe(error: unknown, choice: Choice): string;

  /** Stores the other values of a page before its rows are sent. */
  protected abstract take(page: Page, isFirst: boolean): void;

  /** Restores the choice from a webview that was created again. */
  restore(choice: Choice): void {
    if (this.state.phase === 'idle') this.chosen = choice;
  }

  async choose(choice: Choice): Promise<void> {
    this.chosen = choice;
    await this.load(true);
  }

  /** Loads the first rows. @param again Loads them again even if they are already loaded. */
  async load(again: boolean): Promise<void> {
    if ((this.state.phase === 'ready' || this.#turns.isLoading) && !again) return;
    await this.#read(undefined);
  }

  /**
   * Loads the next rows. A late request loads nothing, because its `loaded` is out of date.
   * @param loaded The number of rows that the webview has.
   */
  async loadMore(loaded: number): Promise<void> {
    if (this.#next === undefined || this.#turns.isLoading || loaded !== this.rows.length) return;
    await this.#read(this.#next);
  }

  /** Loads the first rows again, unless the user has loaded further rows, which would be lost. */
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

  /** The Datasource is gone. Rows that were loaded stay, and those that are on their way are dropped. */
  end(): void {
    this.#turns.stop();
    this.#next = undefined;
    if (this.state.phase === 'loading') this.#failAsGone();
    else if (this.state.phase !== 'idle') this.#send(this.rows.length);
  }

  /** Sends all rows, if they were requested. */
  post(): void {
    if (this.state.phase !== 'idle') this.#send(0);
  }

  #send(from: number): void {
    if (!this.isDisposed) this.send(from);
  }

  /** Restores the rows that were shown before the load started. */
  #stopped(): void {
    if (this.state.phase !== 'loading') return;
    if (this.rows.length > 0) this.chosen = this.shownChoice;
    this.state =
      this.rows.length > 0
        ? { phase: 'ready' }
        : { phase: 'failed', notice: this.describe(new OnnaError({ kind: 'cancelled' }), this.choice) };
    this.#send(0);
  }

  #failAsGone(): void {
    this.state = {
      phase: 'failed',
      notice: this.describe(new OnnaError({ kind: 'notFound' }), this.choice),
    };
    this.#send(this.rows.length);
  }

  async #read(place: Place | undefined): Promise<void> {
    const datasource = this.deps.host.datasource(this.target);
    if (!datasource) {
      if (this.deps.host.isGone(this.target)) this.#failAsGone();
      return;
    }
    const { chosen, choice } = this;
    const isFirst = place === undefined;
    this.state = { phase: 'loading' };
    this.#send(this.rows.length);
    let page: Page | undefined;
    try {
      page = await this.#turns.run((signal) => this.request(datasource.path, choice, place, signal));
    } catch (error) {
      // After a failed refresh, the rows still match the choice.
      if (isFirst && chosen !== this.shownChoice) {
        this.rows = [];
        this.#next = undefined;
      }
      this.state = { phase: 'failed', notice: this.describe(error, choice) };
      this.#send(this.rows.length);
      return;
    }
    if (!page) {
      if (!this.#turns.isLoading) this.#stopped();
      return;
    }
    const from = isFirst ? 0 : this.rows.length;
    this.#isDeep = !isFirst;
    this.rows = isFirst ? page.rows : this.rows.concat(page.rows);
    this.shownChoice = chosen;
    this.#next = page.next;
    this.take(page, isFirst);
    this.state = { phase: 'ready' };
    this.#send(from);
  }
}
