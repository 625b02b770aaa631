import { Owner } from '../../base/event.ts';
import { displayText } from '../../shared/displayText.ts';
import { firstExceptionChoice } from '../../shared/detailsProtocol.ts';
import type { DetailsLoad, ExceptionChoice, ExceptionView } from '../../shared/detailsProtocol.ts';
import type { ExceptionKind } from '../history/exceptionKinds.ts';
import type { ExceptionPage, ExceptionPlace, ResourceException } from '../history/exceptionList.ts';
import { lastSegment, maxIdLength, placeBelowDatasource } from '../search/presentHit.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { LoadTurns } from './loadTurns.ts';

/** Maximum length of shown texts. */
const maxText = 300;
/** Maximum number of kinds to choose from. */
const maxKinds = 200;

/** The exceptions on a details page. */
export class ExceptionSection extends Owner {
  readonly #deps: DetailsDeps;
  readonly #target: DetailsTarget;
  readonly #turns = new LoadTurns();
  #choice = firstExceptionChoice;
  /** The choice that the rows belong to. */
  #shownChoice = firstExceptionChoice;
  #load: DetailsLoad = { phase: 'idle' };
  #rows: ResourceException[] = [];
  #kinds: readonly ExceptionKind[] = [];
  #total: number | undefined;
  #next: ExceptionPlace | undefined;
  readonly #outcomes = new Map<string, string>();

  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super();
    this.#deps = deps;
    this.#target = target;
    this.register({ dispose: () => this.#turns.stop() });
  }

  /** The choice, with the kind in the service's own words. */
  get choice(): ExceptionChoice {
    const { kind } = this.#choice;
    const known = this.#kinds.find((one) => displayText(one.kind, maxText) === kind);
    return known ? { ...this.#choice, kind: known.kind } : this.#choice;
  }

  /** Takes over the choice of a page that was created again. */
  restore(choice: ExceptionChoice): void {
    if (this.#load.phase === 'idle') this.#choice = choice;
  }

  async choose(choice: ExceptionChoice): Promise<void> {
    this.#choice = choice;
    await this.load(true);
  }

  /** Loads the first rows. @param again Also if they are there already. */
  async load(again: boolean): Promise<void> {
    if ((this.#load.phase === 'ready' || this.#turns.isLoading) && !again) return;
    await this.#read(undefined);
  }

  /** @param loaded The number of rows that the page has, so that a late request loads nothing twice. */
  async loadMore(loaded: number): Promise<void> {
    if (this.#next === undefined || this.#turns.isLoading || loaded !== this.#rows.length) return;
    await this.#read(this.#next);
  }

  /** Sends rows for processing, and shows the outcome of each. */
  async process(ids: readonly string[]): Promise<void> {
    const { host } = this.#deps;
    const byPath = new Map<string, string>();
    for (const id of ids) {
      const path = this.find(id)?.path;
      if (path !== undefined) byPath.set(path, id);
    }
    await host.process(this.#target, [...byPath.keys()], (path, error) => {
      const id = byPath.get(path);
      if (id === undefined) return;
      const outcome = host.describeSent(error);
      this.#outcomes.set(id, outcome);
      if (!this.isDisposed) this.#deps.post({ type: 'outcomes', outcomes: [{ id, outcome }] });
    });
  }

  find(id: string): DetailsResource | undefined {
    const row = this.#rows.find(({ hit }) => hit.id === id);
    const path = row && this.#deps.host.resourcePath(this.#target, row.hit.id);
    return row && path !== undefined ? { path, title: fileOf(row) } : undefined;
  }

  /** The rows may no longer be up to date. */
  expire(): void {
    if (this.#load.phase === 'ready') this.#load = { phase: 'idle' };
  }

  cancel(): void {
    this.#turns.stop();
    this.#stopped();
  }

  /** Sends all rows, if they were requested. */
  post(): void {
    if (this.#load.phase !== 'idle') this.#send(0);
  }

  /** Shows the rows from before the load again. */
  #stopped(): void {
    if (this.#load.phase !== 'loading') return;
    this.#choice = this.#rows.length > 0 ? this.#shownChoice : this.#choice;
    this.#load = { phase: this.#rows.length > 0 ? 'ready' : 'idle' };
    this.#send(0);
  }

  #send(from: number): void {
    if (this.isDisposed) return;
    this.#deps.post({
      type: 'exceptions',
      load: this.#load,
      choice: this.#choice,
      kinds: this.#kinds
        .slice(0, maxKinds)
        .map(({ kind, isNote, count }) => ({ kind: displayText(kind, maxText), isNote, count })),
      ...(this.#total !== undefined && { total: this.#total }),
      from,
      rows: this.#rows.slice(from).map((row) => this.#view(row)),
      hasMore: this.#next !== undefined,
    });
  }

  async #read(place: ExceptionPlace | undefined): Promise<void> {
    const { host, exceptions } = this.#deps;
    const datasource = host.datasource(this.#target);
    if (!datasource) return;
    const { choice } = this;
    const isFirst = place === undefined;
    this.#load = { phase: 'loading' };
    this.#send(this.#rows.length);
    let page: ExceptionPage | undefined;
    try {
      page = await this.#turns.run((signal) =>
        exceptions.page(this.#target.connectionId, datasource.path, choice, place, signal),
      );
    } catch (error) {
      // After a failed refresh, the rows still match the choice.
      if (isFirst && this.#choice !== this.#shownChoice) this.#clear();
      this.#load = { phase: 'failed', notice: host.describeError(error) };
      this.#send(this.#rows.length);
      return;
    }
    if (page) this.#take(page, isFirst);
    else if (!this.#turns.isLoading) this.#stopped();
  }

  #clear(): void {
    this.#rows = [];
    this.#total = undefined;
    this.#next = undefined;
  }

  #take(page: ExceptionPage, isFirst: boolean): void {
    const from = isFirst ? 0 : this.#rows.length;
    // A longer address could not be requested anyway.
    const rows = page.rows.filter(({ hit }) => hit.id.length <= maxIdLength);
    this.#rows = isFirst ? rows : this.#rows.concat(rows);
    this.#shownChoice = this.#choice;
    if (isFirst) {
      this.#total = page.total;
      this.#outcomes.clear();
      // The kinds of a narrowed list would hide the others.
      if (this.#choice.kind === undefined || this.#kinds.length === 0) this.#kinds = page.kinds;
    }
    this.#next = page.next;
    this.#load = { phase: 'ready' };
    this.#send(from);
  }

  #view(row: ResourceException): ExceptionView {
    const { hit, kind, isNote, at } = row;
    const file = fileOf(row);
    const place = hit.path === undefined ? undefined : placeBelowDatasource(hit.path, file);
    const outcome = this.#outcomes.get(hit.id);
    return {
      id: hit.id,
      file,
      ...(place !== undefined && { place: displayText(place, maxText) }),
      kind: displayText(kind, maxText),
      isNote,
      ...(at !== undefined && { at }),
      ...(outcome !== undefined && { outcome }),
    };
  }
}

function fileOf({ hit }: ResourceException): string {
  return displayText(hit.title ?? '', maxText) || displayText(lastSegment(hit.id), maxText);
}
