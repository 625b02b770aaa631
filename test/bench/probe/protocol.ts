import type { TreeItemCollapsibleState } from 'vscode';

/** The environment variable with the port of the benchmark, to which the probe connects. */
export const probePortVariable = 'ONNA_BENCH_PORT';

/** A time in ms since 1970, with fractions. The window and the extension host use the clock of the same machine. */
export type Instant = number;

/** Counts of VS Code's calls to our tree, and of the events of our tree and our decorations. */
export interface TreeCounts {
  readonly getTreeItem: number;
  readonly getChildren: number;
  /** Durations of the `getChildren` calls, in ms, ordered by the time at which the calls returned. */
  readonly answersMs: readonly number[];
  /** Time of the last result of `getTreeItem` or `getChildren`. */
  readonly lastAnswerAt: Instant;
  /** Number of rows in each event of the tree; 0 for an event about all rows. */
  readonly eventRows: readonly number[];
  /** Number of URIs in each decoration event; 0 for an event about all URIs. */
  readonly eventUris: readonly number[];
}

/** A request of the extension, reported by undici. */
export interface HostRequest {
  readonly method: string;
  readonly path: string;
  readonly sentAt: Instant;
  /** Time at which the last byte of the response arrived; undefined until then. */
  endedAt?: Instant;
}

/** The load of the extension host during a period. All times are in ms. */
export interface HostLoad {
  readonly wallMs: number;
  /** Time during which the event loop was active. */
  readonly activeMs: number;
  readonly cpuMs: number;
  /** CPU time of the thread that runs extensions. */
  readonly threadMs: number;
  /**
   * The longest time by which work on this thread delayed a timer. Such work also delays messages from the
   * window.
   */
  readonly maxStallMs: number;
  /** Number of stalls of more than 50 ms. */
  readonly stalls: number;
}

/** A prepared row of the comparison tree: a copy of a row of our extension. */
export interface StaticRow {
  readonly label: string;
  readonly description?: string;
  /** The icon and the color of a theme. */
  readonly icon?: { readonly id: string; readonly color?: string | undefined };
  /** The URI, for which VS Code requests decorations. */
  readonly uri?: string;
  /** Decides which buttons the row has. */
  readonly contextValue?: string;
  readonly tooltip?: string;
  /** The label for screen readers. */
  readonly spoken?: string;
  readonly hasCommand: boolean;
  readonly state: TreeItemCollapsibleState;
  readonly children: readonly StaticRow[];
  /**
   * A request that the tree sends before it returns the children. The tree does not parse the response, so the cost is
   * the minimum for an extension with a server.
   */
  readonly asksFirst?: { readonly url: string; readonly token: string };
}

/** The result of loading all pages of a listing with undici requests in a loop. */
export interface BareWalk {
  readonly ms: number;
  readonly pages: number;
  readonly children: number;
}

/** The account for the baseline of the sign-in. The user types the password. */
export interface BareLogin {
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
  readonly user: string;
}

/** The methods of the probe, which the benchmark calls. All arguments and results can be converted to JSON. */
export interface ProbeMethods {
  /** Clears the counts and the recorded requests. */
  reset(): undefined;
  counts(): TreeCounts;
  requests(): readonly HostRequest[];
  /** Returns the ids of the rows of this kind that VS Code has requested from our extension so far. */
  rowIds(kind: string): readonly string[];
  /** Runs a command and waits until it ends. @param rowId the row of our extension on which the command runs */
  run(command: string, rowId?: string): Promise<{ readonly startedAt: Instant; readonly endedAt: Instant }>;
  /** Returns whether the extension has written its snapshot to disk. */
  hasSnapshot(): Promise<boolean>;
  startWatching(): undefined;
  stopWatching(): HostLoad;
  /** Collects garbage and returns the used size of the heap, in bytes. */
  heapUsed(): number;
  walkBare(url: string, token: string): Promise<BareWalk>;
  /** Sends one undici request, with POST if there is a body. @returns ms until the whole response arrived */
  askBare(url: string, token: string, body?: object): Promise<number>;
  /** Returns copies of the rows of our extension that VS Code has received. */
  rowCopies(): readonly StaticRow[];
  /** Sets the rows of the comparison tree and refreshes it. */
  showStatic(rows: readonly StaticRow[]): undefined;
  /** Saves the rows of the comparison tree, which then shows them again after the window is reloaded. */
  keepStatic(): Promise<undefined>;
  /** Opens an input box. For each typed text, the comparison tree shows the rows with this key. */
  filterStatic(rowsByText: Readonly<Record<string, readonly StaticRow[]>>): undefined;
  /** Returns whether VS Code says that the window has the focus. */
  isFocused(): boolean;
  /** Changes the setting that groups the rows of our extension. @returns the time of the event for the change */
  setGrouping(grouping: string): Promise<Instant>;
  /**
   * Prompts for the password, sends the three requests of a sign-in, and then shows these rows in the comparison tree.
   * The cost is the minimum for an extension with a sign-in.
   */
  signInBareThenShow(rows: readonly StaticRow[], login: BareLogin): undefined;
  /**
   * Sets the number of children in the tree with one parent, and refreshes the parent. @returns the time
   * until VS Code has requested all children, in ms, and the number of `getTreeItem` calls
   */
  refreshFlat(children: number): Promise<{ readonly ms: number; readonly getTreeItem: number }>;
  /** Opens a webview with one heading and no script. The cost is the minimum for an extension with a page. */
  openBlankWebview(): { readonly startedAt: Instant };
  startProfile(): Promise<undefined>;
  /** @returns the profile as JSON, in the .cpuprofile format of Chromium and VS Code */
  stopProfile(): Promise<string>;
}

/** A call of a probe method by the benchmark. */
export interface ProbeQuestion {
  readonly id: number;
  readonly method: keyof ProbeMethods;
  readonly args: readonly unknown[];
}

/** The result of a call of a probe method. */
export type ProbeAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
