/** Names the port of the runner that the probe reports to. */
export const probePortVariable = 'ONNA_BENCH_PORT';

/** ms since 1970 with fractions, by this process's clock. The window and the extension host share one machine. */
export type Instant = number;

/** What VS Code asked our tree for, and what our tree and decorations told it. */
export interface TreeCounts {
  readonly getTreeItem: number;
  readonly getChildren: number;
  /** How long each `getChildren` took, in ms, in the order of their answers. */
  readonly answersMs: readonly number[];
  /** When the last of them was answered. */
  readonly lastAnswerAt: Instant;
  /** Rows named in each event of the tree; 0 stands for "everything". */
  readonly eventRows: readonly number[];
  /** URIs named in each event of the decorations; 0 stands for "all that are visible". */
  readonly eventUris: readonly number[];
}

/** A request of the extension, as undici tells of it. */
export interface HostRequest {
  readonly method: string;
  readonly path: string;
  readonly sentAt: Instant;
  /** When the last byte of the answer had come; undefined while it has not. */
  endedAt?: Instant;
}

/** What the extension host did between two moments. */
export interface HostLoad {
  readonly wallMs: number;
  /** Time in which its event loop did something. */
  readonly activeMs: number;
  readonly cpuMs: number;
  /** CPU time of the thread that runs extensions. */
  readonly threadMs: number;
  /** The longest time for which a timer had to wait for what that thread did: input from the window waited as long. */
  readonly maxStallMs: number;
  /** Stalls over 50 ms. */
  readonly stalls: number;
}

/** A row of the comparison tree. */
export interface StaticRow {
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  /** A file's row: its icon by its name, decorations, and a command when it is selected. */
  readonly isFile?: boolean;
  /** A row that VS Code may decorate, with words of its own for a screen reader and with buttons. */
  readonly isDecorated?: boolean;
  readonly expanded?: boolean;
  readonly children?: readonly StaticRow[];
  /** What is asked, and not read, before its children are there: the least that an extension with a server does. */
  readonly asksFirst?: { readonly url: string; readonly token: string };
}

/** What walking a listing by bare requests took. */
export interface BareWalk {
  readonly ms: number;
  readonly pages: number;
  readonly children: number;
}

/** Where a bare sign-in goes to; the password is what is typed. */
export interface BareLogin {
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
  readonly user: string;
}

/** What the runner can ask of the probe; each answer is JSON. */
export interface ProbeMethods {
  /** Forgets what was counted and recorded. */
  reset(): undefined;
  counts(): TreeCounts;
  requests(): readonly HostRequest[];
  /** Ids of our rows of a kind, as far as VS Code has asked for them. */
  rowIds(kind: string): readonly string[];
  /** Runs a command, on one of our rows if its id is given, and waits for its end. */
  run(command: string, rowId?: string): Promise<{ readonly startedAt: Instant; readonly endedAt: Instant }>;
  /** Whether the extension has kept on disk what it knows. */
  hasSnapshot(): Promise<boolean>;
  startWatching(): undefined;
  stopWatching(): HostLoad;
  /** Bytes of the heap in use, after a collection of garbage. */
  heapUsed(): number;
  walkBare(url: string, token: string): Promise<BareWalk>;
  /** One request, a POST if it has a body, over a connection that is open already. @returns ms until the whole answer was there */
  askBare(url: string, token: string, body?: object): Promise<number>;
  /** Puts rows into the comparison tree and has it drawn anew. */
  showStatic(rows: readonly StaticRow[]): undefined;
  /**
   * Asks for the password as signing in does, sends the three requests that it takes and nothing else, and
   * then shows these rows in the comparison tree: what VS Code and the server need at the least.
   */
  signInBareThenShow(rows: readonly StaticRow[], login: BareLogin): undefined;
  /** Gives the flat comparison parent this many children and refreshes it, as peers append. @returns when VS Code has asked for all. */
  refreshFlat(children: number): Promise<{ readonly ms: number; readonly getTreeItem: number }>;
  startProfile(): Promise<undefined>;
  /** @returns the profile as JSON, in the format that Chromium's and VS Code's viewers open */
  stopProfile(): Promise<string>;
}

/** A question of the runner. */
export interface ProbeQuestion {
  readonly id: number;
  readonly method: keyof ProbeMethods;
  readonly args: readonly unknown[];
}

/** The probe's answer to it. */
export type ProbeAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
