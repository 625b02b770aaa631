import { displayText } from '../../shared/displayText.ts';
import {
  firstExceptionChoice,
  type ExceptionChoice,
  type ExceptionView,
} from '../../shared/detailsProtocol.ts';
import type { NodePath } from '../../onna/address.ts';
import type { ExceptionKind } from '../history/exceptionKinds.ts';
import {
  unknownRows,
  type ExceptionPage,
  type ExceptionPlace,
  type ResourceException,
} from '../history/exceptionList.ts';
import { maxIdLength, nameInId, placeBelowDatasource } from '../search/presentHit.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { PagedSection } from './pagedSection.ts';

/** Maximum length of a shown text, in characters. */
const maxText = 300;
/** Maximum number of kinds to choose from. */
const maxKinds = 200;
/** Maximum requests in a row that bring no new row: the service may ignore the condition, or begin again. */
const maxEmptyPages = 5;

/** The exceptions on a details page. */
export class ExceptionSection extends PagedSection<
  ExceptionChoice,
  ResourceException,
  ExceptionPlace,
  ExceptionPage
> {
  #kinds: readonly ExceptionKind[] = [];
  #total: number | undefined;
  readonly #outcomes = new Map<string, string>();

  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super(deps, target, firstExceptionChoice);
  }

  /** The user's choice, with the kind as the service spells it. */
  override get choice(): ExceptionChoice {
    const { kind } = this.chosen;
    const known = this.#kinds.find((one) => displayText(one.kind, maxText) === kind);
    return known ? { ...this.chosen, kind: known.kind } : this.chosen;
  }

  /** Sends rows for processing, and shows the outcome of each. */
  async process(ids: readonly string[]): Promise<void> {
    const { host } = this.deps;
    const byPath = new Map<string, string>();
    for (const id of ids) {
      const path = this.find(id)?.path;
      if (path !== undefined) byPath.set(path, id);
    }
    if (byPath.size === 0) {
      host.tellMissing();
      return;
    }
    await host.process(this.target, [...byPath.keys()], (path, error) => {
      const id = byPath.get(path);
      if (id === undefined) return;
      const outcome = host.describeSent(error);
      this.#outcomes.set(id, outcome);
      if (!this.isDisposed) this.deps.post({ type: 'outcomes', outcomes: [{ id, outcome }] });
    });
  }

  find(id: string): DetailsResource | undefined {
    const row = this.rows.find(({ hit }) => hit.id === id);
    const path = row && this.deps.host.resourcePath(this.target, row.hit.id);
    return row && path !== undefined ? { path, title: fileOf(row) } : undefined;
  }

  protected async request(
    path: NodePath,
    choice: ExceptionChoice,
    place: ExceptionPlace | undefined,
    signal: AbortSignal,
  ): Promise<ExceptionPage> {
    const known = new Set(place === undefined ? [] : this.rows.map(({ hit }) => hit.id));
    let first: ExceptionPage | undefined;
    let next = place;
    for (let pages = 1; ; pages++) {
      const page = await this.deps.exceptions.page(this.target.connectionId, path, choice, next, signal);
      // A longer address could not be requested anyway.
      const rows = unknownRows(page.rows, known).filter(({ hit }) => hit.id.length <= maxIdLength);
      first ??= page;
      next = pages < maxEmptyPages || rows.length > 0 ? page.next : undefined;
      if (rows.length > 0 || next === undefined) return { ...first, rows, next };
    }
  }

  protected take(page: ExceptionPage, isFirst: boolean): void {
    if (!isFirst) return;
    this.#total = page.total;
    this.#outcomes.clear();
    // A list narrowed to one kind does not contain the other kinds.
    if (this.chosen.kind === undefined || this.#kinds.length === 0) this.#kinds = page.kinds;
  }

  protected describe(error: unknown): string {
    return this.deps.host.describeError(error);
  }

  protected send(from: number): void {
    this.deps.post({
      type: 'exceptions',
      load: this.state,
      choice: this.chosen,
      kinds: this.#kinds
        .slice(0, maxKinds)
        .map(({ kind, isNote, count }) => ({ kind: displayText(kind, maxText), isNote, count })),
      ...(this.#total !== undefined && this.rows.length > 0 && { total: this.#total }),
      from,
      rows: this.rows.slice(from).map((row) => this.#view(row)),
      hasMore: this.hasMore,
    });
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
  return displayText(hit.title ?? '', maxText) || displayText(nameInId(hit.id), maxText);
}
