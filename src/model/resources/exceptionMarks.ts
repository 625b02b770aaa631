import { Emitter, Owner, type Event } from '../../base/event.ts';
import type { NodePath } from '../../onna/address.ts';
import type { Findings, FindingsChange } from '../history/findings.ts';
import type { ExceptionsChange, ResourceLists } from './resourceLists.ts';
import type { ExceptionMark } from './resourceWalk.ts';

/** The Resources whose marks changed. */
export interface MarksChange extends ExceptionsChange {
  readonly paths: readonly NodePath[];
}

/** Dependencies of {@link ExceptionMarks}. */
export interface ExceptionMarksDeps {
  readonly lists: ResourceLists;
  readonly findings: Pick<Findings, 'onDidChange'>;
  readonly onError: (error: unknown) => void;
}

type Marks = ReadonlyMap<NodePath, ExceptionMark>;

const none: Marks = new Map();

/**
 * The marks of Resources that could not be collected or processed. The list of Resources does not contain
 * exceptions, so they are requested when the Resources of a Datasource are shown: at most 1,000 per Datasource, in
 * pages of 500.
 */
export class ExceptionMarks extends Owner {
  readonly #deps: ExceptionMarksDeps;
  /** By connection and Datasource. */
  readonly #marks = new Map<string, Marks>();
  /** The Datasources whose exceptions are being requested. */
  readonly #finding = new Set<string>();
  readonly #changes = this.register(new Emitter<MarksChange>());
  readonly onDidChange: Event<MarksChange> = this.#changes.event;

  constructor(deps: ExceptionMarksDeps) {
    super();
    this.#deps = deps;
    this.register(deps.lists.onDidChangeExceptions((change) => this.#take(change)));
    this.register(deps.findings.onDidChange((change) => this.#follow(change)));
  }

  get(connectionId: string, datasourceId: string, path: NodePath): ExceptionMark | undefined {
    return this.#marks.get(`${connectionId}/${datasourceId}`)?.get(path);
  }

  /** Call when the Resources of a Datasource are shown. Requests their exceptions once. */
  shown(connectionId: string, datasourceId: string): void {
    if (!this.#deps.lists.openedExceptions(connectionId, datasourceId))
      this.#find(connectionId, datasourceId);
  }

  /** Updates the marks after the number of exceptions has changed. */
  #follow({ connectionId, datasourceIds }: FindingsChange): void {
    const { lists } = this.#deps;
    for (const id of datasourceIds) {
      const exceptions = lists.openedExceptions(connectionId, id);
      if (!exceptions) continue;
      // If several pages are on screen, the user decides whether to reload them.
      const isLong = exceptions.children.length > exceptions.pageSize;
      if (isLong && lists.isExceptionsOnly(connectionId, id)) exceptions.markStale();
      else this.#find(connectionId, id);
    }
  }

  #find(connectionId: string, datasourceId: string): void {
    const key = `${connectionId}/${datasourceId}`;
    if (this.#finding.has(key)) return;
    this.#finding.add(key);
    this.#deps.lists
      .findExceptions(connectionId, datasourceId)
      .catch(this.#deps.onError)
      .finally(() => this.#finding.delete(key));
  }

  #take({ connectionId, datasourceId }: ExceptionsChange): void {
    const key = `${connectionId}/${datasourceId}`;
    const before = this.#marks.get(key) ?? none;
    const list = this.#deps.lists.openedExceptions(connectionId, datasourceId);
    const now: Marks = new Map(list?.children.flatMap(({ path, mark }) => (mark ? [[path, mark]] : [])));
    if (now.size > 0) this.#marks.set(key, now);
    else this.#marks.delete(key);
    const paths = [...new Set([...before.keys(), ...now.keys()])].filter(
      (path) => !isSame(before.get(path), now.get(path)),
    );
    if (paths.length > 0) this.#changes.fire({ connectionId, datasourceId, paths });
  }
}

function isSame(left: ExceptionMark | undefined, right: ExceptionMark | undefined): boolean {
  return left?.reason === right?.reason && left?.stage === right?.stage && left?.isNote === right?.isNote;
}
