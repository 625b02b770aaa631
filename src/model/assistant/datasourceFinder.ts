import { createHash } from 'node:crypto';
import { accountName } from '../accounts/connection.ts';
import type { ConnectionSnapshot } from '../datasources/connectionSnapshot.ts';
import { typeLabel } from '../datasources/datasource.ts';
import { workspaceOf } from '../datasources/grouping.ts';
import { lastSegment } from '../../onna/address.ts';
import type { AssistantDeps, KnownDatasource } from './assistantDeps.ts';
import { ToolRefusal } from './toolText.ts';
import { cellText, visibleLine } from './visibleText.ts';

/** Maximum length of a title in a result, in UTF-16 units. */
export const maxTitle = 200;
/** Maximum number of Datasources that are listed because a title is not unique. */
const maxCandidates = 20;

/**
 * The id of a Datasource in the tools. It is a hash, so it contains no text from the service, and it stays the same in
 * every session.
 */
export function datasourceHandle(connectionId: string, id: string): string {
  const hash = createHash('sha256').update(JSON.stringify([connectionId, id]));
  return `ds-${hash.digest('hex').slice(0, 12)}`;
}

/** The title of the Workspace of a Datasource, or the name of the folder that contains it. */
export function workspaceTitle(
  { connection, workspaces }: ConnectionSnapshot,
  target: KnownDatasource,
): string {
  const { path } = workspaceOf(connection, target.datasource);
  return visibleLine(workspaces.get(path) ?? lastSegment(path), maxTitle);
}

/** The name of an account, as in the tree. */
export function accountTitle({ connection }: ConnectionSnapshot, all: readonly ConnectionSnapshot[]): string {
  return visibleLine(
    accountName(
      connection,
      all.map((snapshot) => snapshot.connection),
    ),
    maxTitle,
  );
}

/** Finds the account and the Datasource that a call names. */
export class DatasourceFinder {
  readonly #store: AssistantDeps['store'];
  /** The handles of the Datasources of each account. */
  readonly #handles = new WeakMap<ConnectionSnapshot, ReadonlyMap<string, string>>();

  constructor(store: AssistantDeps['store']) {
    this.#store = store;
  }

  /** All Datasources of all accounts, in the order of the accounts and the titles. */
  all(): readonly KnownDatasource[] {
    return this.#store
      .connections()
      .flatMap(({ connection, datasources }) =>
        [...datasources.values()].map((datasource) => ({ connectionId: connection.id, datasource })),
      );
  }

  /**
   * @param name a handle or a title
   * @throws ToolRefusal if there is no such Datasource, or if several have this title
   */
  datasource(name: string): KnownDatasource {
    const wanted = visibleLine(name, maxTitle).toLowerCase();
    const byHandle = this.#byHandle(wanted);
    if (byHandle) return byHandle;
    const titleOf = ({ datasource }: KnownDatasource): string =>
      visibleLine(datasource.title, maxTitle).toLowerCase();
    const all = this.all();
    const exact = all.filter((target) => titleOf(target) === wanted);
    const found = exact.length > 0 ? exact : all.filter((target) => titleOf(target).includes(wanted));
    const [first] = found;
    if (first && found.length === 1) return first;
    if (!first)
      throw new ToolRefusal('No Datasource has this id or title. Call onna_list_datasources to get the ids.');
    throw new ToolRefusal(
      `${found.length} Datasources have this title. Call the tool again with one of their ids.`,
      found.slice(0, maxCandidates).map((target) => this.candidate(target)),
    );
  }

  /**
   * @param name The name of an account. Undefined: the only account.
   * @throws ToolRefusal if there is no such account, or if several accounts are signed in and none is named
   */
  account(name: string | undefined): ConnectionSnapshot {
    const all = this.#store.connections();
    const [first] = all;
    if (!first) throw new ToolRefusal('No account is signed in. Ask the user to run “Onna: Sign In…”.');
    if (name === undefined && all.length === 1) return first;
    const wanted = visibleLine(name ?? '', maxTitle).toLowerCase();
    const found = all.filter((snapshot) => accountTitle(snapshot, all).toLowerCase() === wanted);
    if (found[0] && found.length === 1) return found[0];
    throw new ToolRefusal(
      name === undefined
        ? 'Several accounts are signed in. Call the tool again with the name of one of them.'
        : 'No account has this name. Call the tool again with one of these names.',
      all.map((snapshot) => accountTitle(snapshot, all)),
    );
  }

  /** One row that identifies a Datasource. */
  candidate(target: KnownDatasource): string {
    const { connectionId, datasource } = target;
    const all = this.#store.connections();
    const snapshot = this.#store.get(connectionId);
    return [
      datasourceHandle(connectionId, datasource.id),
      cellText(datasource.title, maxTitle),
      cellText(typeLabel(datasource.type), maxTitle),
      ...(snapshot ? [`in ${cellText(workspaceTitle(snapshot, target), maxTitle)}`] : []),
      ...(snapshot && all.length > 1 ? [`account ${cellText(accountTitle(snapshot, all), maxTitle)}`] : []),
    ].join(' | ');
  }

  #byHandle(handle: string): KnownDatasource | undefined {
    if (!handle.startsWith('ds-')) return undefined;
    for (const snapshot of this.#store.connections()) {
      const connectionId = snapshot.connection.id;
      const id = this.#handlesOf(snapshot).get(handle);
      const datasource = id === undefined ? undefined : snapshot.datasources.get(id);
      if (datasource) return { connectionId, datasource };
    }
    return undefined;
  }

  #handlesOf(snapshot: ConnectionSnapshot): ReadonlyMap<string, string> {
    let handles = this.#handles.get(snapshot);
    if (!handles) {
      handles = new Map(
        [...snapshot.datasources.keys()].map((id) => [datasourceHandle(snapshot.connection.id, id), id]),
      );
      this.#handles.set(snapshot, handles);
    }
    return handles;
  }
}
