interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  interface Window {
    acquireVsCodeApi: () => VsCodeApi;
  }
}

/** Acquires the API for this script and for later scripts of the page. VS Code lets a page acquire the API only once. */
export function shareVsCodeApi(): VsCodeApi {
  const api = window.acquireVsCodeApi();
  window.acquireVsCodeApi = () => api;
  return api;
}

/** Sends messages to the extension host, and keeps state while the page is hidden or the window reloads. */
export class Host<Kept, PageMessage> {
  readonly #api: VsCodeApi = window.acquireVsCodeApi();
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
