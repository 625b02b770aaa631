import { EventEmitter } from './vscodeValues.ts';
import type { FileDecoration, Uri } from './vscodeValues.ts';
import type { DialogDriver } from './dialogs.ts';

/** The tree data provider, as VS Code sees it. */
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

/** The registered decoration providers. */
export class DecorationProviders extends Set<DecorationSource> {
  readonly #added = new EventEmitter<void>();
  /** VS Code asks a new provider for the decorations of every visible row. */
  readonly onDidAdd = this.#added.event;

  override add(provider: DecorationSource): this {
    super.add(provider);
    this.#added.fire();
    return this;
  }
}

/** A notification as it was shown. */
export interface Notification {
  readonly message: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

/** The authentication provider. */
export interface AccountSource {
  getSessions(scopes: readonly string[] | undefined, options: object): Promise<readonly unknown[]>;
}

/** The view that contains the tree. */
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

/** The status bar item. */
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

/** The state of the simulated VS Code. */
export class Desktop {
  readonly configuration = new Map<string, unknown>();
  readonly configurationChanges = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
  readonly windowState = new EventEmitter<{ readonly focused: boolean }>();
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly contextKeys = new Map<string, unknown>();
  /** Provides the documents with the extension's scheme. */
  documents: ((uri: Uri) => Promise<string>) | undefined;
  accounts: AccountSource | undefined;
  tree: TreeSource | undefined;
  readonly decorations = new DecorationProviders();
  view = new View();
  status: StatusItem | undefined;
  focused = true;
  /** Number of objects that the extension has not disposed of yet. */
  held = 0;
  /** All notifications so far. */
  readonly notifications: Notification[] = [];
  /** Errors that the extension logged. */
  readonly errors: string[] = [];
  /** Number of times a log was shown. */
  logsShown = 0;
  attendant: DialogDriver | undefined;
  /** The user's choice in a dialog to save a file. Undefined: the user cancels. */
  chooseFile: (suggested: Uri) => Uri | undefined = () => undefined;

  /** Counts an object until the extension disposes of it. */
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
    this.view.visible = visible;
    this.view.visibility.fire({ visible });
  }

  configure(section: string, value: unknown): void {
    this.configuration.set(section, value);
    this.configurationChanges.fire({
      affectsConfiguration: (asked) => section === asked || section.startsWith(`${asked}.`),
    });
  }
}

/** The only desktop of this process. */
export const desktop = new Desktop();
