import type { Clock } from '../../../src/onna/clock.ts';
import type { DecorationSource, TreeSource, View } from './desktop.ts';
import { TreeItemCollapsibleState } from './vscodeValues.ts';
import type { FileDecoration, TreeItem, Uri } from './vscodeValues.ts';

/** A row that VS Code holds. */
export interface ShownRow {
  readonly element: unknown;
  readonly parent: ShownRow | undefined;
  readonly depth: number;
  item: TreeItem;
  /** Undefined: never asked for, or no longer valid. */
  children: ShownRow[] | undefined;
  /** Of the last question for its children: an older one's answer is dropped. */
  question: number;
}

/** VS Code gathers changes of a tree for so long, in ms. */
const gatherMs = 200;
/** Rows that fit into the view. */
const height = 40;

/**
 * What VS Code 1.139 makes of a tree: which rows it asks for when, what it keeps, and what it draws. Rows are asked for
 * where they are expanded, refreshed where an event names the same object, and decorated where they are seen.
 */
export class Screen {
  readonly #tree: TreeSource;
  readonly #decorationSource: () => DecorationSource | undefined;
  readonly #clock: Clock;
  readonly #view: View;
  readonly #rows = new Map<unknown, ShownRow>();
  /** What the user opened and closed, by the ids of rows. */
  readonly #expanded = new Map<string, boolean>();
  readonly #decorations = new Map<string, FileDecoration | undefined>();
  readonly #listeners: { dispose(): void }[] = [];
  #decorated: DecorationSource | undefined;
  #root: ShownRow[] = [];
  #rootQuestion = 0;
  #top = 0;
  #waiting = new Set<unknown>();
  #isGathering = false;
  /** Things that VS Code would complain of. */
  readonly complaints: string[] = [];

  constructor(tree: TreeSource, view: View, decorations: () => DecorationSource | undefined, clock: Clock) {
    this.#tree = tree;
    this.#view = view;
    this.#decorationSource = decorations;
    this.#clock = clock;
    this.#listeners.push(tree.onDidChangeTreeData((change) => this.#gather(change)));
    this.#listeners.push(
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#flush();
      }),
    );
  }

  /** Asks for the first rows. */
  open(): void {
    this.#gather(undefined);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  get root(): readonly ShownRow[] {
    return this.#root;
  }

  /** All rows, from top to bottom. */
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

  /** The rows in view. */
  visible(): readonly ShownRow[] {
    const rows = this.rows();
    this.#top = Math.max(0, Math.min(this.#top, rows.length - height));
    return rows.slice(this.#top, this.#top + height);
  }

  decoration({ item }: ShownRow): FileDecoration | undefined {
    return item.resourceUri && this.#decorations.get(item.resourceUri.toString());
  }

  isExpanded({ item }: ShownRow): boolean {
    if (item.collapsibleState === TreeItemCollapsibleState.None) return false;
    return this.#expanded.get(item.id ?? '') ?? item.collapsibleState === TreeItemCollapsibleState.Expanded;
  }

  toggle(row: ShownRow): void {
    const expand = !this.isExpanded(row);
    this.#expanded.set(row.item.id ?? '', expand);
    if (expand && !row.children) void this.#load(row).then(() => this.draw());
    else this.draw();
  }

  /** Scrolls to where a row is the first in view. */
  scrollTo(index: number): void {
    this.#top = index;
    this.draw();
  }

  /** Asks for the decorations of what is in view. */
  draw(): void {
    const source = this.#decorationSource();
    if (source !== this.#decorated) {
      this.#decorated = source;
      if (source) this.#listeners.push(source.onDidChangeFileDecorations((uris) => this.#redecorate(uris)));
    }
    if (!source || !this.#view.visible) return;
    for (const { item } of this.visible()) {
      if (item.resourceUri && !this.#decorations.has(item.resourceUri.toString()))
        this.#decorate(source, item.resourceUri);
    }
  }

  #decorate(source: DecorationSource, uri: Uri): void {
    // Asking may lead to the next change: what is known by then must not be asked for again.
    this.#decorations.set(uri.toString(), undefined);
    this.#decorations.set(uri.toString(), source.provideFileDecoration(uri));
  }

  #redecorate(uris: readonly Uri[] | undefined): void {
    const source = this.#decorated;
    if (!uris) this.#decorations.clear();
    else if (uris.length > 250) this.complaints.push(`${uris.length} decorations in one event`);
    else if (source) for (const uri of uris) this.#decorate(source, uri);
    queueMicrotask(() => this.draw());
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
    void this.#refresh(waiting).then(() => this.draw());
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
    row.item = (await this.#tree.getTreeItem(row.element)) as TreeItem;
    if (this.isExpanded(row)) await this.#load(row);
    else this.#forget(row);
  }

  async #loadRoot(): Promise<void> {
    const question = ++this.#rootQuestion;
    const elements = await this.#tree.getChildren();
    const items = await Promise.all(elements.map((element) => this.#tree.getTreeItem(element)));
    if (question !== this.#rootQuestion) return;
    for (const row of this.#root) this.#drop(row);
    this.#root = elements.map((element, index) => this.#make(element, items[index] as TreeItem, undefined));
    await this.#loadExpanded(this.#root);
  }

  async #load(row: ShownRow): Promise<void> {
    const question = ++row.question;
    const elements = await this.#tree.getChildren(row.element);
    const items = (await Promise.all(
      elements.map((element) => this.#tree.getTreeItem(element)),
    )) as TreeItem[];
    if (question !== row.question || this.#rows.get(row.element) !== row) return;
    this.#forget(row);
    const ids = new Set(items.map(({ id }) => id));
    if (ids.size !== items.length) this.complaints.push(`two rows below “${row.item.label}” have one id`);
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
