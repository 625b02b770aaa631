import { lastSegment, pathBelow, type NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { SearchHit } from '../../onna/wire/search.ts';
import type { ExceptionChoice } from '../../shared/detailsProtocol.ts';
import { isNote } from '../history/exceptionKinds.ts';
import { exceptionPage } from '../history/exceptionList.ts';
import type { ExceptionPlace } from '../history/exceptionPlaces.ts';
import type { ListedResource, ResourceWalk, ResourceWalkStep } from './resourceWalk.ts';

/** All exceptions, sorted by title. */
const choice: ExceptionChoice = { text: '', sort: 'file' };

/** Pages through the Resources of a Datasource that have an exception or a note. */
export class ExceptionWalk implements ResourceWalk {
  /** Always 0: the total of a search is an estimate, so a difference does not mean that Resources are missing. */
  readonly missing = 0;
  readonly #client: () => Promise<OnnaClient>;
  readonly #path: NodePath;
  readonly #pageSize: number;
  readonly #seen = new Set<NodePath>();
  #next: ExceptionPlace | undefined;
  #done = false;
  #total: number | undefined;

  constructor(client: () => Promise<OnnaClient>, path: NodePath, pageSize: number) {
    this.#client = client;
    this.#path = path;
    this.#pageSize = pageSize;
  }

  get done(): boolean {
    return this.#done;
  }

  get total(): number | undefined {
    return this.#total;
  }

  /**
   * Reads one page. If the service does not support the condition, a page may add no rows even though more
   * pages follow.
   */
  async next(signal?: AbortSignal): Promise<ResourceWalkStep> {
    if (this.#done) return { added: [], titles: new Map() };
    const isFirst = this.#next === undefined;
    const client = await this.#client();
    const page = await exceptionPage(client, this.#path, choice, this.#next, signal, this.#pageSize);
    this.#next = page.next;
    this.#done = page.next === undefined;
    if (isFirst) this.#total = page.total;
    const pathOf = pathBelow(client.address, this.#path);
    const added = page.rows.flatMap(({ hit }) => this.#added(hit, pathOf(hit.id)));
    return { added, titles: new Map() };
  }

  /**
   * The Resource of a hit. Empty if an earlier page already contained it: the exceptions may change while
   * they are read.
   */
  #added({ title, exceptions }: SearchHit, path: NodePath | undefined): readonly ListedResource[] {
    const reason = exceptions?.origin ?? exceptions?.processing;
    if (reason === undefined || !path?.startsWith(`${this.#path}/`) || this.#seen.has(path)) return [];
    this.#seen.add(path);
    const stage = exceptions?.origin === undefined ? 'processing' : 'collection';
    const mark = { reason, stage, isNote: isNote(reason) } as const;
    return [{ path, title: title === lastSegment(path) ? undefined : title, mark }];
  }
}
