import type { Desktop } from '../doubles/desktop.ts';
import { nodeOf } from './simulatedUser.ts';
import type { Screen, ShownRow } from './screen.ts';
import type { ServedDatasource, Service } from './service.ts';

type Grouping = 'workspace' | 'type' | 'status';

/** Icon, badge and label of each status, in the order of the status groups in the tree. */
const appearances: Readonly<Record<string, { icon: string; badge: string | undefined; words: string }>> = {
  error: { icon: 'error', badge: '!', words: 'Error' },
  failed: { icon: 'warning', badge: 'F', words: 'Failed' },
  invited: { icon: 'mail', badge: undefined, words: 'Invited' },
  created: { icon: 'circle-large-outline', badge: undefined, words: 'Not configured' },
  paused: { icon: 'debug-pause', badge: 'P', words: 'Paused' },
  syncing: { icon: 'sync~spin', badge: 'S', words: 'Syncing' },
  resuming: { icon: 'sync~spin', badge: 'S', words: 'Resuming' },
  pending: { icon: 'watch', badge: 'W', words: 'Waiting' },
  synced: { icon: 'pass', badge: undefined, words: 'Synced' },
  odd: { icon: 'question', badge: undefined, words: 'odd' },
};
const statusOrder = Object.keys(appearances);
const titles = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
/** Maximum number of differences in one result. */
const maxDifferences = 8;

const plain = ({ status }: ServedDatasource): string => (status.startsWith('error') ? 'error' : status);

/** Compares the screen with the state of the service at the last `Service.read`. */
export class Oracle {
  readonly #service: Service;
  readonly #screen: Screen;
  readonly #desktop: Desktop;

  constructor(service: Service, screen: Screen, desktop: Desktop) {
    this.#service = service;
    this.#screen = screen;
    this.#desktop = desktop;
  }

  /** Number of rows compared so far. */
  compared = 0;

  /** Returns differences in the visible rows, the badge and the status bar. The user must be signed in. */
  differences(): string[] {
    return [...this.#visibleDifferences(), ...this.#viewDifferences()].slice(0, maxDifferences);
  }

  /** Returns missing, unexpected and misplaced groups and Datasources in the expanded rows. */
  treeDifferences(): string[] {
    const found: string[] = [];
    const [connection] = this.#screen.root;
    if (this.#screen.root.length !== 1 || !connection) return [`${this.#screen.root.length} accounts`];
    const grouping = (this.#desktop.configuration.get('onna.groupBy') ?? 'workspace') as Grouping;
    const expected = this.#groups(grouping);
    if (this.#screen.isExpanded(connection)) {
      const shown = connection.children ?? [];
      const names = shown.map(({ item }) => `${item.label} ${item.description}`);
      const wanted = expected.map(
        ({ title, datasources }) => `${title} ${datasources.length.toLocaleString('en')}`,
      );
      found.push(...listDifferences('groups', names, wanted));
      for (const [index, { title, datasources }] of expected.entries()) {
        const rows = shown[index]?.children?.map(({ item }) => item.label);
        if (rows)
          found.push(
            ...listDifferences(
              title,
              rows,
              datasources.map((entry) => entry.title),
            ),
          );
        this.compared += rows?.length ?? 0;
      }
    }
    return found.slice(0, maxDifferences);
  }

  /**
   * Returns differences in the Resources of expanded Datasources. Skips lists that are incomplete or failed to load.
   */
  async resourceDifferences(): Promise<string[]> {
    const found: string[] = [];
    for (const row of this.#screen.rows()) {
      if (nodeOf(row).kind !== 'datasource' || !row.children || !this.#screen.isExpanded(row)) continue;
      const served = this.#servedOf(row);
      if (!served) continue;
      const below = allBelow(row);
      const shown = below.flatMap(({ element }) => childPath(element) ?? []);
      const sections = row.children.filter((child) => nodeOf(child).kind === 'section');
      // VS Code does not request the rows of collapsed sections, so this list cannot be compared.
      if (sections.some((section) => !section.children)) continue;
      const isIncomplete = below.some((child) => nodeOf(child).kind === 'loadMore' || isFailure(child));
      const wanted = await this.#service.resources(served.path);
      if (!isIncomplete) found.push(...listDifferences(`Resources of ${served.title}`, shown, wanted));
      this.compared += shown.length;
    }
    return found.slice(0, maxDifferences);
  }

  #servedOf(row: ShownRow): ServedDatasource | undefined {
    const { datasourceId } = row.element as { readonly datasourceId: string };
    return this.#service.datasources.get(datasourceId);
  }

  #groups(grouping: Grouping): { title: string; datasources: ServedDatasource[] }[] {
    const groups = new Map<string, { title: string; key: string; datasources: ServedDatasource[] }>();
    const group = (key: string, title: string) => {
      const known = groups.get(key) ?? { title, key, datasources: [] };
      groups.set(key, known);
      return known;
    };
    if (grouping === 'workspace') for (const [at, title] of this.#service.workspaces) group(at, title);
    for (const entry of this.#service.datasources.values()) {
      const parent = entry.path.slice(0, entry.path.lastIndexOf('/'));
      const key = { workspace: parent, type: entry.type, status: plain(entry) }[grouping];
      const title =
        grouping === 'type'
          ? entry.type.replace(/E?Datasource$/, '')
          : grouping === 'status'
            ? words(entry)
            : key;
      group(key, title).datasources.push(entry);
    }
    const sorted = [...groups.values()].sort((left, right) =>
      grouping === 'status'
        ? statusOrder.indexOf(left.key) - statusOrder.indexOf(right.key)
        : titles.compare(left.title, right.title),
    );
    for (const { datasources } of sorted)
      datasources.sort(
        (left, right) => titles.compare(left.title, right.title) || (left.path < right.path ? -1 : 1),
      );
    return sorted;
  }

  /** Returns differences in the titles, icons and badges of the visible rows. */
  #visibleDifferences(): string[] {
    return this.#screen.visible().flatMap((row) => {
      if (nodeOf(row).kind !== 'datasource') return [];
      const served = this.#servedOf(row);
      if (!served) return [`“${row.item.label}” does not exist`];
      const { icon, badge } = appearances[plain(served)] ?? { icon: '', badge: '' };
      const shownIcon = (row.item.iconPath as { readonly id: string }).id;
      const shownBadge = this.#screen.decoration(row)?.badge;
      const isRightBadge = shownBadge === badge || (shownBadge === '!' && mayBeFailing(served));
      if (row.item.label === served.title && shownIcon === icon && isRightBadge) return [];
      return [
        `“${row.item.label}” has icon ${shownIcon} and badge ${shownBadge}, should be “${served.title}”, ${served.status}`,
      ];
    });
  }

  #viewDifferences(): string[] {
    const { view, status } = this.#desktop;
    const count = (...wanted: readonly string[]): number =>
      [...this.#service.datasources.values()].filter((entry) => wanted.includes(plain(entry))).length;
    const errors = count('error');
    const [active, failed] = [count('pending', 'syncing', 'resuming'), count('failed')];
    // A failed sync needs attention only if it has failed for a long time since the last success that the extension saw.
    // The service does not tell which polls the extension received, so the numbers have limits.
    const attention = view.badge?.value ?? 0;
    const isPossible = attention >= errors && attention <= errors + failed + active;
    const failedAlone = Number(/\$\(warning\) (\d+)/.exec(status?.text ?? '')?.[1] ?? 0);
    const problems = attention + failedAlone;
    const isComplete = problems >= errors + failed && problems <= errors + failed + active;
    const parts = [
      active > 0 ? `$(sync~spin) ${active} syncing` : 'Onna',
      ...(attention > 0 ? [`$(error) ${attention}`] : []),
      ...(failedAlone > 0 ? [`$(warning) ${failedAlone}`] : []),
    ];
    const text = active + attention + failedAlone === 0 ? '$(pass) Onna' : parts.join(' · ');
    const served = `${errors} errors, ${failed} failed, ${active} active`;
    return [
      ...(status?.isShown && status.text === text && isComplete
        ? []
        : [`status bar is “${status?.text}”, should be “${text}” with ${served}`]),
      ...(isPossible ? [] : [`badge is ${attention} with ${served}`]),
      ...(view.message === undefined ? [] : [`unexpected message in the view: “${view.message}”`]),
    ];
  }
}

/** Whether the last sync may have failed for a long time. While the service retries the sync, its status is active. */
function mayBeFailing(entry: ServedDatasource): boolean {
  return ['failed', 'pending', 'syncing', 'resuming'].includes(plain(entry));
}

function words(entry: ServedDatasource): string {
  return appearances[plain(entry)]?.words ?? entry.status;
}

function allBelow(row: ShownRow): ShownRow[] {
  return (row.children ?? []).flatMap((child) => [child, ...allBelow(child)]);
}

function childPath(element: unknown): string | undefined {
  return (element as { readonly child?: { readonly path: string } }).child?.path;
}

function isFailure({ item }: ShownRow): boolean {
  return item.contextValue === 'notice' && item.command !== undefined;
}

function listDifferences(list: string, shown: readonly string[], wanted: readonly string[]): string[] {
  if (shown.length !== wanted.length)
    return [`${list}: ${shown.length} rows shown, should be ${wanted.length}`];
  const at = shown.findIndex((entry, index) => entry !== wanted[index]);
  return at < 0 ? [] : [`${list}: row ${at} is “${shown[at]}”, should be “${wanted[at]}”`];
}
