/** Environment variable with the runner's port, to which the probe connects. */
export const probePortVariable = 'ONNA_BENCH_PORT';

/** ms since 1970 with fractions. Window and extension host run on one machine, so their clocks agree. */
export type Instant = number;

/** VS Code's requests to our tree, and the events of our tree and decorations. */
export interface TreeCounts {
  readonly getTreeItem: number;
  readonly getChildren: number;
  /** Duration of each `getChildren` call in ms, in the order in which the calls returned. */
  readonly answersMs: readonly number[];
  /** When the last of these calls returned. */
  readonly lastAnswerAt: Instant;
  /** Number of rows in each event of the tree; 0 means everything. */
  readonly eventRows: readonly number[];
  /** Number of URIs in each decorations event; 0 means all visible ones. */
  readonly eventUris: readonly number[];
}

/** A request of the extension, as undici reports it. */
export interface HostRequest {
  readonly method: string;
  readonly path: string;
  readonly sentAt: Instant;
  /** When the last byte of the response arrived; undefined before that. */
  endedAt?: Instant;
}

/** The activity of the extension host during a period. */
export interface HostLoad {
  readonly wallMs: number;
  /** Time during which its event loop was active. */
  readonly activeMs: number;
  readonly cpuMs: number;
  /** CPU time of the thread that runs extensions. */
  readonly threadMs: number;
  /** The longest time by which that thread's work delayed a timer. Input from the window was delayed for as long. */
  readonly maxStallMs: number;
  /** Number of stalls over 50 ms. */
  readonly stalls: number;
}

/** A row of the comparison tree. */
export interface StaticRow {
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  /** The row of a file: an icon from its name, decorations, and a command on selection. */
  readonly isFile?: boolean;
  /** A row with decorations, an accessibility label and buttons. */
  readonly isDecorated?: boolean;
  readonly expanded?: boolean;
  readonly children?: readonly StaticRow[];
  /**
   * A request to send before the row's children are shown. Its response is not parsed, so this is the minimum for an
   * extension that needs a server.
   */
  readonly asksFirst?: { readonly url: string; readonly token: string };
}

/** The result of walking a listing with bare requests. */
export interface BareWalk {
  readonly ms: number;
  readonly pages: number;
  readonly children: number;
}

/** The target of a bare sign-in; the user types the password. */
export interface BareLogin {
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
  readonly user: string;
}

/** The runner's requests to the probe. Each response is JSON. */
export interface ProbeMethods {
  /** Resets counts and records. */
  reset(): undefined;
  counts(): TreeCounts;
  requests(): readonly HostRequest[];
  /** Ids of our extension's rows of this kind, as far as VS Code has requested them. */
  rowIds(kind: string): readonly string[];
  /** Runs a command and waits until it ends. With an id, the command runs on that row of our extension. */
  run(command: string, rowId?: string): Promise<{ readonly startedAt: Instant; readonly endedAt: Instant }>;
  /** Whether the extension has written its snapshot to disk. */
  hasSnapshot(): Promise<boolean>;
  startWatching(): undefined;
  stopWatching(): HostLoad;
  /** Bytes of the heap in use after garbage collection. */
  heapUsed(): number;
  walkBare(url: string, token: string): Promise<BareWalk>;
  /** One request, a POST if it has a body, over an open connection. @returns ms until the whole response arrived */
  askBare(url: string, token: string, body?: object): Promise<number>;
  /** Sets the rows of the comparison tree and refreshes it. */
  showStatic(rows: readonly StaticRow[]): undefined;
  /**
   * Prompts for the password as the sign-in does, sends only the three necessary requests, and then shows these rows in
   * the comparison tree. This is the minimum for VS Code and the server.
   */
  signInBareThenShow(rows: readonly StaticRow[], login: BareLogin): undefined;
  /**
   * Sets the number of children of the flat parent and refreshes it. @returns the cost, once VS Code has requested all
   * of them.
   */
  refreshFlat(children: number): Promise<{ readonly ms: number; readonly getTreeItem: number }>;
  startProfile(): Promise<undefined>;
  /** @returns the profile as JSON, in the format that Chromium's and VS Code's viewers open */
  stopProfile(): Promise<string>;
}

/** A request of the runner. */
export interface ProbeQuestion {
  readonly id: number;
  readonly method: keyof ProbeMethods;
  readonly args: readonly unknown[];
}

/** The probe's response. */
export type ProbeAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
