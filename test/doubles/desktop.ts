import { EventEmitter } from './vscodeValues.ts';
import type { FileDecoration, Uri } from './vscodeValues.ts';
import type { DialogDriver } from './dialogs.ts';

/** The part of a tree data provider that VS Code calls. */
export interface TreeSource {
  readonly onDidChangeTreeData: (listener: (change: unknown) => void) => { dispose(): void };
  getChildren(element?: unknown): Promise<unknown[]>;
  getTreeItem(element: unknown): unknown;
}

export interface DecorationSource {
  readonly onDidChangeFileDecorations: (listener: (uris: readonly Uri[] | undefined) => void) => {
    dispose(): void;
  };
  provideFileDecoration(uri: Uri): FileDecoration | undefined;
}

/** The decoration providers that the extension has registered. */
export class DecorationProviders extends Set<DecorationSource> {
  readonly #added = new EventEmitter<void>();
  /**
   * Fires when a provider is registered. VS Code then requests the decorations of all visible rows from the
   * new provider.
   */
  readonly onDidAdd = this.#added.event;

  override add(provider: DecorationSource): this {
    super.add(provider);
    this.#added.fire();
    return this;
  }
}

/** A notification that the extension has shown. */
export interface Notification {
  readonly message: string;
  /** The labels of the buttons. */
  readonly buttons: readonly string[];
}

/** The part of the authentication provider that tests call. */
export interface AccountSource {
  getSessions(scopes: readonly string[] | undefined, options: object): Promise<readonly unknown[]>;
}

/** A double of the tree view. */
export class View {
  readonly visibility = new EventEmitter<{ readonly visible: boolean }>();
  readonly onDidChangeVisibility = this.visibility.event;
  visible = true;
  selection: readonly unknown[] = [];
  message: string | undefined;
  description: string | undefined;
  badge: { readonly value: number } | undefined;

  reveal(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.visibility.dispose();
  }
}

/** A double of a webview panel. Its page is never drawn. */
export interface Panel {
  readonly viewType: string;
  title: string;
  readonly visible: boolean;
  readonly webview: object;
  reveal(): void;
  readonly onDidDispose: EventEmitter<void>['event'];
  dispose(): void;
}

/** A double of a status bar item. */
export class StatusItem {
  text = '';
  name = '';
  command: string | undefined;
  tooltip: unknown;
  accessibilityInformation: { readonly label: string } | undefined;
  isShown = false;

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    this.isShown = false;
  }

  dispose(): void {
    this.isShown = false;
    desktop.held--;
  }
}

/** The state of the fake VS Code. */
export class Desktop {
  readonly configuration = new Map<string, unknown>();
  readonly configurationChanges = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
  readonly windowState = new EventEmitter<{ readonly focused: boolean }>();
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly contextKeys = new Map<string, unknown>();
  /** Returns the text of a document with the URI scheme of the extension. */
  documents: ((uri: Uri) => Promise<string>) | undefined;
  accounts: AccountSource | undefined;
  tree: TreeSource | undefined;
  readonly decorations = new DecorationProviders();
  view = new View();
  /** The other tree views, by id. */
  readonly otherViews = new Map<string, { readonly view: View; readonly tree: TreeSource }>();
  /** The open webview panels. */
  readonly panels = new Set<Panel>();
  status: StatusItem | undefined;
  focused = true;
  clipboard = '';
  /** Number of objects that the extension has not disposed of yet. */
  held = 0;
  /** All notifications that the extension has shown. */
  readonly notifications: Notification[] = [];
  /** The addresses that the extension has opened in the browser. */
  readonly openedPages: string[] = [];
  /** All errors that the extension has logged. */
  readonly errors: string[] = [];
  /** Number of times that the extension has shown its log. */
  logsShown = 0;
  attendant: DialogDriver | undefined;
  /** The folder that the user chooses in an open dialog. If undefined, the user closes the dialog. */
  chosenFolder: string | undefined;
  /** Returns the file that the user chooses in a save dialog; undefined if the user cancels. */
  chooseFile: (suggested: Uri) => Uri | undefined = () => undefined;

  /** Adds `dispose` to an object, and counts the object in `held` until the extension disposes of it. */
  hold<T extends object>(thing: T, end: () => void = () => undefined): T & { dispose(): void } {
    this.held++;
    let isHeld = true;
    const dispose = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.held--;
      end();
    };
    return Object.assign(thing, { dispose });
  }

  setFocus(focused: boolean): void {
    if (this.focused === focused) return;
    this.focused = focused;
    this.windowState.fire({ focused });
  }

  setVisible(visible: boolean): void {
    if (this.view.visible === visible) return;
    // The views are in the same container.
    for (const view of [this.view, ...[...this.otherViews.values()].map((other) => other.view)]) {
      view.visible = visible;
      view.visibility.fire({ visible });
    }
  }

  configure(section: string, value: unknown): void {
    this.configuration.set(section, value);
    this.configurationChanges.fire({
      affectsConfiguration: (asked) => section === asked || section.startsWith(`${asked}.`),
    });
  }
}

/** The state that all doubles in this process share. */
export const desktop = new Desktop();
