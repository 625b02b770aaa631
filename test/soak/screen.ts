import type { Clock } from '../../src/base/clock.ts';
import type { DecorationProviders, DecorationSource, TreeSource, View } from '../doubles/desktop.ts';
import { TreeItemCollapsibleState } from '../doubles/vscodeValues.ts';
import type { FileDecoration, TreeItem, Uri } from '../doubles/vscodeValues.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

/** A row in VS Code's tree. */
export interface ShownRow {
  readonly element: unknown;
  readonly parent: ShownRow | undefined;
  readonly depth: number;
  item: TreeItem;
  /** Undefined before the first request, and after the children became invalid. */
  children: ShownRow[] | undefined;
  /** Serial number of the last request for children. Results of earlier requests are dropped. */
  question: number;
}

/** Time for which VS Code batches the change events of a tree, in ms. */
const gatherMs = 200;
/** Time between a decoration event and the redraw in VS Code, in ms. */
const redrawMs = 100;
/** Height of the tree view, in rows. */
const height = 40;

/** VS Code's cache for a decoration provider, by URI. An event invalidates the entries of its URIs, or all entries. */
type DecorationCache = Map<string, FileDecoration | undefined>;

/**
 * Simulates the tree view of VS Code 1.139, including its caches and delays. It requests the children of expanded rows,
 * refreshes a row if an event contains the same object, and requests decorations of visible rows.
 */
export class Screen {
  readonly #tree: TreeSource;
  readonly #providers: DecorationProviders;
  readonly #clock: Clock;
  readonly #view: View;
  readonly #rows = new Map<unknown, ShownRow>();
  /** Whether the user has expanded or collapsed a row, by id of the row. */
  readonly #expanded = new Map<string, boolean>();
  readonly #decorations = new Map<DecorationSource, DecorationCache>();
  readonly #listeners: { dispose(): void }[] = [];
  #root: ShownRow[] = [];
  #rootQuestion = 0;
  #top = 0;
  #waiting = new Set<unknown>();
  #isGathering = false;
  /** Violations of the rules for tree and decoration providers. */
  readonly complaints: string[] = [];
  /** Number of calls of `getTreeItem` so far. */
  itemsAsked = 0;

  constructor(tree: TreeSource, view: View, providers: DecorationProviders, clock: Clock) {
    this.#tree = tree;
    this.#view = view;
    this.#providers = providers;
    this.#clock = clock;
    this.#listeners.push(providers.onDidAdd(() => this.draw()));
    this.#listeners.push(tree.onDidChangeTreeData((change) => this.#gather(change)));
    this.#listeners.push(
      view.onDidChangeVisibility(({ visible }) => {
        if (!visible) return;
        this.#flush();
        this.draw();
      }),
    );
  }

  /** Requests the root rows. */
  open(): void {
    this.#gather(undefined);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  get root(): readonly ShownRow[] {
    return this.#root;
  }

  /** Returns all rows that are not inside a collapsed row, from top to bottom. */
  rows(): ShownRow[] {
    const rows: ShownRow[] = [];
    const add = (list: readonly ShownRow[]): void => {
      for (const row of list) {
        rows.push(row);
        if (row.children && this.isExpanded(row)) add(row.children);
      }
    };
    add(this.#root);
    return rows;
  }

  /** Returns the rows within the height of the view. */
  visible(): readonly ShownRow[] {
    const rows = this.rows();
    this.#top = Math.max(0, Math.min(this.#top, rows.length - height));
    return rows.slice(this.#top, this.#top + height);
  }

  decoration({ item }: ShownRow): FileDecoration | undefined {
    const uri = item.resourceUri?.toString();
    if (uri === undefined) return undefined;
    for (const answers of this.#decorations.values()) if (answers.get(uri)) return answers.get(uri);
    return undefined;
  }

  isExpanded({ item }: ShownRow): boolean {
    if (item.collapsibleState === TreeItemCollapsibleState.None) return false;
    return this.#expanded.get(item.id ?? '') ?? item.collapsibleState === TreeItemCollapsibleState.Expanded;
  }

  toggle(row: ShownRow): void {
    const expand = !this.isExpanded(row);
    this.#expanded.set(row.item.id ?? '', expand);
    if (!expand || row.children) this.draw();
    else
      this.#load(row)
        .then(() => this.draw())
        .catch(throwUncaught);
  }

  /** Scrolls so that the row with this index is the first visible row. */
  scrollTo(index: number): void {
    this.#top = index;
    this.draw();
  }

  /** Requests the decorations of visible rows that are not in the cache, from each provider. */
  draw(): void {
    for (const provider of this.#decorations.keys())
      if (!this.#providers.has(provider)) this.#decorations.delete(provider);
    if (!this.#view.visible) return;
    const visible = this.visible();
    for (const provider of this.#providers) {
      const answers = this.#answersOf(provider);
      for (const { item } of visible) {
        if (item.resourceUri && !answers.has(item.resourceUri.toString()))
          this.#decorate(provider, answers, item.resourceUri);
      }
    }
  }

  #answersOf(provider: DecorationSource): DecorationCache {
    const known = this.#decorations.get(provider);
    if (known) return known;
    const answers: DecorationCache = new Map();
    this.#decorations.set(provider, answers);
    this.#listeners.push(provider.onDidChangeFileDecorations((uris) => this.#redecorate(provider, uris)));
    return answers;
  }

  #decorate(provider: DecorationSource, answers: DecorationCache, uri: Uri): void {
    // `provideFileDecoration` may fire an event that causes a redraw. The entry prevents a second request for this URI.
    answers.set(uri.toString(), undefined);
    answers.set(uri.toString(), provider.provideFileDecoration(uri));
  }

  #redecorate(provider: DecorationSource, uris: readonly Uri[] | undefined): void {
    const answers = this.#decorations.get(provider);
    if (!answers) return;
    if (uris && uris.length > 250)
      this.complaints.push(`an event contains ${uris.length} URIs of decorations`);
    else if (uris) for (const uri of uris) this.#decorate(provider, answers, uri);
    else {
      answers.clear();
      this.#clock.after(redrawMs, () => this.draw());
    }
  }

  #gather(change: unknown): void {
    for (const element of Array.isArray(change) ? change : [change]) this.#waiting.add(element);
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#clock.after(gatherMs, () => {
      this.#isGathering = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#view.visible || this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    this.#refresh(waiting)
      .then(() => this.draw())
      .catch(throwUncaught);
  }

  async #refresh(elements: ReadonlySet<unknown>): Promise<void> {
    if (elements.has(undefined)) {
      await this.#loadRoot();
      return;
    }
    const rows = [...elements].flatMap((element) => this.#rows.get(element) ?? []);
    const isBelow = (row: ShownRow): boolean => {
      for (let above = row.parent; above; above = above.parent) if (elements.has(above.element)) return true;
      return false;
    };
    await Promise.all(rows.filter((row) => !isBelow(row)).map((row) => this.#refreshRow(row)));
  }

  async #refreshRow(row: ShownRow): Promise<void> {
    row.item = await this.#item(row.element);
    if (this.isExpanded(row)) await this.#load(row);
    else this.#forget(row);
  }

  async #item(element: unknown): Promise<TreeItem> {
    this.itemsAsked++;
    return (await this.#tree.getTreeItem(element)) as TreeItem;
  }

  async #loadRoot(): Promise<void> {
    const question = ++this.#rootQuestion;
    const elements = await this.#tree.getChildren();
    const items = await Promise.all(elements.map((element) => this.#item(element)));
    if (question !== this.#rootQuestion) return;
    for (const row of this.#root) this.#drop(row);
    this.#root = elements.map((element, index) => this.#make(element, items[index] as TreeItem, undefined));
    await this.#loadExpanded(this.#root);
  }

  async #load(row: ShownRow): Promise<void> {
    const question = ++row.question;
    const elements = await this.#tree.getChildren(row.element);
    const items = await Promise.all(elements.map((element) => this.#item(element)));
    if (question !== row.question || this.#rows.get(row.element) !== row) return;
    this.#forget(row);
    const ids = new Set(items.map(({ id }) => id));
    if (ids.size !== items.length)
      this.complaints.push(`two rows below “${row.item.label}” have the same id`);
    const children = elements.map((element, index) => this.#make(element, items[index] as TreeItem, row));
    row.children = children;
    await this.#loadExpanded(children);
  }

  async #loadExpanded(rows: readonly ShownRow[]): Promise<void> {
    await Promise.all(rows.filter((row) => this.isExpanded(row)).map((row) => this.#load(row)));
  }

  #make(element: unknown, item: TreeItem, parent: ShownRow | undefined): ShownRow {
    const depth = parent ? parent.depth + 1 : 0;
    const row: ShownRow = { element, item, parent, depth, children: undefined, question: 0 };
    this.#rows.set(element, row);
    return row;
  }

  #forget(row: ShownRow): void {
    for (const child of row.children ?? []) this.#drop(child);
    row.children = undefined;
  }

  #drop(row: ShownRow): void {
    this.#forget(row);
    if (this.#rows.get(row.element) === row) this.#rows.delete(row.element);
  }
}
