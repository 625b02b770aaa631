import { decodeKeptSearch, type KeptSearch, type PageMessage } from '../../shared/searchProtocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Sends messages to the extension host, and keeps state while the page is hidden or the window reloads. */
export class Host {
  readonly #api: VsCodeApi = acquireVsCodeApi();

  send(message: PageMessage): void {
    this.#api.postMessage(message);
  }

  /** Undefined at first, or if an older version saved another shape. */
  get kept(): KeptSearch | undefined {
    return decodeKeptSearch(this.#api.getState());
  }

  keep(search: KeptSearch): void {
    this.#api.setState(search);
  }
}
