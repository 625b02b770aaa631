interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Sends messages to the extension host, and keeps state while the page is hidden or the window reloads. */
export class Host<Kept, PageMessage> {
  readonly #api: VsCodeApi = acquireVsCodeApi();
  readonly #decodeKept: (data: unknown) => Kept | undefined;

  constructor(decodeKept: (data: unknown) => Kept | undefined) {
    this.#decodeKept = decodeKept;
  }

  send(message: PageMessage): void {
    this.#api.postMessage(message);
  }

  /** The saved state; undefined if there is none, or if an older version saved it in another shape. */
  get kept(): Kept | undefined {
    return this.#decodeKept(this.#api.getState());
  }

  keep(state: Kept): void {
    this.#api.setState(state);
  }
}
