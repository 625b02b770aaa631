import { displayText } from '../../shared/displayText.ts';
import {
  firstExceptionChoice,
  type ExceptionChoice,
  type ExceptionView,
} from '../../shared/detailsProtocol.ts';
import type { NodePath } from '../../onna/address.ts';
import type { ExceptionKind } from '../history/exceptionKinds.ts';
import { unknownRows, type ExceptionPage, type ResourceException } from '../history/exceptionList.ts';
import type { ExceptionPlace } from '../history/exceptionPlaces.ts';
import { maxIdLength, nameInId, placeBelowDatasource } from '../search/presentHit.ts';
import type { DetailsDeps } from './detailsDeps.ts';
import type { DetailsResource, DetailsTarget } from './detailsHost.ts';
import { PagedSection } from './pagedSection.ts';
import { Processing } from './processing.ts';

/** Maximum length of a shown text, in characters. */
const maxText = 300;
/** Maximum number of kinds to choose from. */
const maxKinds = 200;
/**
 * Maximum number of consecutive requests that return no new row. Without the limit, requests would never end at a service
 * that ignores the filter for exceptions, or that starts again at the first page.
 */
const maxEmptyPages = 5;

/** Maximum number of exceptions that are kept. An export can contain more. */
export const maxExceptions = 100_000;

/**
 * The parts of a row that the page needs. Hits have more parts, and the garbage collection of 100,000 hits would block the
 * extension host.
 */
interface KeptException extends Omit<ResourceException, 'hit'> {
  readonly id: string;
  readonly title: string | undefined;
  readonly path: string | undefined;
}

type KeptPage = Omit<ExceptionPage, 'rows'> & { readonly rows: readonly KeptException[] };

/** The exceptions on a details page. */
export class ExceptionSection extends PagedSection<ExceptionChoice, KeptException, ExceptionPlace, KeptPage> {
  #kinds: readonly ExceptionKind[] = [];
  #total: number | undefined;
  /** The rows by id. Kept from page to page, because a search through all rows takes longer with each page. */
  readonly #byId = new Map<string, KeptException>();
  readonly #outcomes = new Map<string, string>();
  readonly #processing: Processing;

  constructor(deps: DetailsDeps, target: DetailsTarget) {
    super(deps, target, firstExceptionChoice, maxExceptions);
    this.#processing = new Processing(
      { ...deps, post: this.#postUnlessDisposed },
      target,
      (id) => this.find(id),
      (id, outcome) => this.#outcomes.set(id, outcome),
    );
  }

  /** The user's choice, with the kind as the service spells it. */
  override get choice(): ExceptionChoice {
    const { kind } = this.chosen;
    const known = this.#kinds.find((one) => displayText(one.kind, maxText) === kind);
    return known ? { ...this.chosen, kind: known.kind } : this.chosen;
  }

  /** Sends rows to processing after the last part of the selection has arrived. */
  process(ids: readonly string[], isLast: boolean): Promise<void> {
    return this.#processing.add(ids, isLast);
  }

  override restore(choice: ExceptionChoice): void {
    this.#processing.forgetSelection();
    super.restore(choice);
  }

  find(id: string): DetailsResource | undefined {
    const row = this.#byId.get(id);
    const path = row && this.deps.host.resourcePath(this.target, row.id);
    return row && path !== undefined ? { path, title: fileOf(row) } : undefined;
  }

  protected async request(
    path: NodePath,
    choice: ExceptionChoice,
    place: ExceptionPlace | undefined,
    signal: AbortSignal,
  ): Promise<KeptPage> {
    const known: ReadonlyMap<string, unknown> = place === undefined ? new Map() : this.#byId;
    let first: ExceptionPage | undefined;
    let next = place;
    for (let pages = 1; ; pages++) {
      const page = await this.deps.exceptions.page(this.target.connectionId, path, choice, next, signal);
      // A longer address could not be requested anyway.
      const rows = unknownRows(page.rows, known).filter(({ hit }) => hit.id.length <= maxIdLength);
      first ??= page;
      next = pages < maxEmptyPages || rows.length > 0 ? page.next : undefined;
      if (rows.length > 0 || next === undefined) return { ...first, rows: rows.map(keptOf), next };
    }
  }

  /** Drops messages after the page was closed, because Resources may still be sent to processing then. */
  readonly #postUnlessDisposed: DetailsDeps['post'] = (message) => {
    if (!this.isDisposed) this.deps.post(message);
  };

  protected take(page: KeptPage, isFirst: boolean): void {
    if (isFirst) this.#byId.clear();
    for (const row of page.rows) this.#byId.set(row.id, row);
    if (!isFirst) return;
    this.#total = page.total;
    this.#outcomes.clear();
    // A list narrowed to one kind does not contain the other kinds.
    if (this.chosen.kind === undefined || this.#kinds.length === 0) this.#kinds = page.kinds;
  }

  protected describe(error: unknown): string {
    return this.deps.host.describeError(error);
  }

  protected send(from: number, rows: readonly KeptException[]): void {
    this.deps.post({
      type: 'exceptions',
      load: this.state,
      choice: this.chosen,
      kinds: this.#kinds
        .slice(0, maxKinds)
        .map(({ kind, isNote, count }) => ({ kind: displayText(kind, maxText), isNote, count })),
      ...(this.#total !== undefined && this.rows.length > 0 && { total: this.#total }),
      from,
      rows: rows.map((row) => this.#view(row)),
      hasMore: this.hasMore,
    });
  }

  #view(row: KeptException): ExceptionView {
    const { id, path, kind, isNote, at } = row;
    const file = fileOf(row);
    const place = path === undefined ? undefined : placeBelowDatasource(path, file);
    const outcome = this.#outcomes.get(id);
    return {
      id,
      file,
      ...(place !== undefined && { place: displayText(place, maxText) }),
      kind: displayText(kind, maxText),
      isNote,
      ...(at !== undefined && { at }),
      ...(outcome !== undefined && { outcome }),
    };
  }
}

function keptOf({ hit: { id, title, path }, ...row }: ResourceException): KeptException {
  return { id, title, path, ...row };
}

function fileOf({ id, title }: KeptException): string {
  return displayText(title ?? '', maxText) || displayText(nameInId(id), maxText);
}
