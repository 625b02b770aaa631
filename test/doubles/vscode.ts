import type { ListBox, TypingBox } from './dialogs.ts';
import { datasourcesView } from '../../src/ids.ts';
import { StatusItem, View, desktop } from './desktop.ts';
import type { AccountSource, DecorationSource, Panel, TreeSource } from './desktop.ts';
import { Uri, EventEmitter, UIKind } from './vscodeValues.ts';

/** A double of the module `vscode`, with the parts that the extension uses. Its state is in {@link desktop}. */
export {
  ConfigurationTarget,
  Disposable,
  EventEmitter,
  ExtensionKind,
  FileDecoration,
  FilePermission,
  FileSystemError,
  FileType,
  MarkdownString,
  ProgressLocation,
  QuickInputButtons,
  QuickPickItemKind,
  StatusBarAlignment,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  UIKind,
  Uri,
  ViewColumn,
} from './vscodeValues.ts';

type Argument = string | number | boolean;

/** Returns the English text with its placeholders replaced, as VS Code does. */
export const l10n = {
  t: (message: string, ...args: readonly Argument[]): string =>
    message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole)),
};

type Listener<T> = (value: T) => void;

class InputBox implements TypingBox {
  title = '';
  step = 0;
  totalSteps = 0;
  prompt = '';
  placeholder: string | undefined;
  value = '';
  password = false;
  busy = false;
  ignoreFocusOut = false;
  buttons: unknown[] = [];
  validationMessage: string | undefined;
  isOpen = false;
  #accept: () => unknown = () => undefined;
  #change: Listener<string> = () => undefined;
  #hidden: () => void = () => undefined;

  onDidTriggerButton = (): void => undefined;
  onDidAccept = (listener: () => unknown): void => void (this.#accept = listener);
  onDidChangeValue = (listener: Listener<string>): void => void (this.#change = listener);
  onDidHide = (listener: () => void): void => void (this.#hidden = listener);

  async accept(text: string): Promise<void> {
    this.value = text;
    await this.#accept();
  }

  type(text: string): void {
    this.value = text;
    this.#change(text);
  }

  show(): void {
    this.isOpen = true;
    desktop.attendant?.attend(this);
  }

  hide(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#hidden();
  }

  dispose(): void {
    desktop.held--;
  }
}

interface ListItem {
  readonly label: string;
  readonly buttons?: readonly { readonly tooltip: string }[];
}

/** A quick pick. It immediately accepts its first row if the dialog driver has no `attendList`. */
class QuickPick implements ListBox {
  title = '';
  step = 0;
  totalSteps = 0;
  placeholder = '';
  ignoreFocusOut = false;
  matchOnDescription = false;
  matchOnDetail = false;
  busy = false;
  isOpen = false;
  value = '';
  buttons: unknown[] = [];
  items: readonly ListItem[] = [];
  activeItems: readonly ListItem[] = [];
  selectedItems: readonly ListItem[] = [];
  #accept: () => void = () => undefined;
  #hidden: () => void = () => undefined;
  #change: Listener<string> = () => undefined;
  #button: () => void = () => undefined;
  #itemButton: Listener<{ item: ListItem; button: unknown }> = () => undefined;

  onDidTriggerButton = (listener: () => void): void => void (this.#button = listener);
  onDidAccept = (listener: () => void): void => void (this.#accept = listener);
  onDidHide = (listener: () => void): void => void (this.#hidden = listener);
  onDidChangeValue = (listener: Listener<string>): void => void (this.#change = listener);
  onDidTriggerItemButton = (listener: Listener<{ item: ListItem; button: unknown }>): void =>
    void (this.#itemButton = listener);

  choose(label: string): void {
    this.selectedItems = [this.#row(label)];
    this.#accept();
  }

  press(label: string, tooltip: string): void {
    const item = this.#row(label);
    const button = item.buttons?.find((each) => each.tooltip === tooltip);
    if (!button) throw new Error(`“${label}” has no button “${tooltip}”`);
    this.#itemButton({ item, button });
  }

  type(text: string): void {
    this.value = text;
    this.#change(text);
  }

  back(): void {
    if (this.buttons.length === 0) throw new Error(`“${this.title}” has no Back button`);
    this.#button();
  }

  show(): void {
    this.isOpen = true;
    if (desktop.attendant?.attendList) {
      desktop.attendant.attendList(this);
      return;
    }
    queueMicrotask(() => {
      this.selectedItems = this.items.slice(0, 1);
      this.#accept();
    });
  }

  hide(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#hidden();
  }

  dispose(): void {
    desktop.held--;
  }

  #row(label: string): ListItem {
    const item = this.items.find((each) => each.label.startsWith(label));
    if (!item)
      throw new Error(
        `“${this.title}” has no row “${label}”: ${this.items.map((each) => each.label).join()}`,
      );
    return item;
  }
}

interface Held {
  dispose(): void;
}

type Choice = Promise<string | undefined>;

interface Configuration {
  get<T>(key: string, fallback?: T): T | undefined;
  inspect(): undefined;
  update(key: string, value: unknown): Promise<void>;
}

interface Channel extends Held {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string | Error): void;
  show(): void;
}

interface Token {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: EventEmitter<void>['event'];
}

const notify = (message: string, ...choices: readonly unknown[]): Choice => {
  const buttons = choices.filter((choice) => typeof choice === 'string');
  desktop.notifications.push({ message, buttons });
  return Promise.resolve(desktop.attendant?.choose(buttons));
};

export const window = {
  get state(): { readonly focused: boolean } {
    return { focused: desktop.focused };
  },
  onDidChangeWindowState: desktop.windowState.event,
  createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: TreeSource }): View => {
    if (id !== datasourcesView) {
      const view = new View();
      desktop.otherViews.set(id, { view, tree: treeDataProvider });
      return view;
    }
    desktop.tree = treeDataProvider;
    return desktop.view;
  },
  createStatusBarItem: (): StatusItem => {
    desktop.held++;
    desktop.status = new StatusItem();
    return desktop.status;
  },
  registerFileDecorationProvider: (provider: DecorationSource): Held => {
    desktop.decorations.add(provider);
    return desktop.hold({}, () => desktop.decorations.delete(provider));
  },
  registerWebviewPanelSerializer: (): Held => desktop.hold({}),
  registerUriHandler: (): Held => desktop.hold({}),
  createWebviewPanel: (viewType: string): Panel => {
    const closed = new EventEmitter<void>();
    const webview = {
      html: '',
      cspSource: '',
      asWebviewUri: (uri: Uri): Uri => uri,
      // The page is never drawn, so it sends and receives no messages.
      postMessage: (): Promise<boolean> => Promise.resolve(false),
      onDidReceiveMessage: (): Held => desktop.hold({}),
    };
    const panel: Panel = desktop.hold(
      { viewType, title: '', visible: true, webview, reveal: () => undefined, onDidDispose: closed.event },
      () => {
        desktop.panels.delete(panel);
        closed.fire();
        closed.dispose();
      },
    );
    desktop.panels.add(panel);
    return panel;
  },
  createOutputChannel: (): Channel => {
    const ignore = (): void => undefined;
    const error = (line: string | Error): void =>
      void desktop.errors.push(typeof line === 'string' ? line : (line.stack ?? line.message));
    const show = (): void => {
      desktop.logsShown++;
    };
    return desktop.hold({ debug: ignore, info: ignore, warn: ignore, error, show });
  },
  createInputBox: (): InputBox => {
    desktop.held++;
    return new InputBox();
  },
  createQuickPick: (): QuickPick => {
    desktop.held++;
    return new QuickPick();
  },
  showInputBox: (): Promise<string | undefined> => Promise.resolve(desktop.attendant?.secret()),
  showQuickPick: (items: readonly unknown[]): Promise<unknown> =>
    Promise.resolve(desktop.attendant?.pick(items)),
  showErrorMessage: notify,
  showWarningMessage: notify,
  showInformationMessage: notify,
  showOpenDialog: (): Promise<readonly Uri[] | undefined> =>
    Promise.resolve(desktop.chosenFolder === undefined ? undefined : [Uri.file(desktop.chosenFolder)]),
  showSaveDialog: ({ defaultUri }: { readonly defaultUri: Uri }): Promise<Uri | undefined> =>
    Promise.resolve(desktop.chooseFile(defaultUri)),
  setStatusBarMessage: (): Held => ({ dispose: () => undefined }),
  showTextDocument: (): Promise<void> => Promise.resolve(),
  withProgress: async <T>(
    { cancellable = false }: { readonly cancellable?: boolean },
    work: (progress: { report(): void }, token: Token) => Promise<T>,
  ): Promise<T> => {
    const cancelled = new EventEmitter<void>();
    let isCancellationRequested = false;
    const ended = cancellable
      ? desktop.attendant?.running(() => {
          isCancellationRequested = true;
          cancelled.fire();
        })
      : undefined;
    const token = {
      get isCancellationRequested() {
        return isCancellationRequested;
      },
      onCancellationRequested: cancelled.event,
    };
    try {
      return await work({ report: () => undefined }, token);
    } finally {
      ended?.();
    }
  },
};

export const commands = {
  registerCommand: (id: string, handler: (...args: unknown[]) => unknown): Held => {
    desktop.commands.set(id, handler);
    return desktop.hold({}, () => desktop.commands.delete(id));
  },
  executeCommand: (id: string, ...args: readonly unknown[]): Promise<unknown> => {
    if (id === 'setContext') desktop.contextKeys.set(String(args[0]), args[1]);
    return Promise.resolve(desktop.commands.get(id)?.(...args));
  },
};

/** The tools and MCP servers that the extension offers to assistants. The double only holds them until disposal. */
export const lm = {
  registerTool: (): Held => desktop.hold({}, () => undefined),
  registerMcpServerDefinitionProvider: (): Held => desktop.hold({}, () => undefined),
};

export const workspace = {
  workspaceFolders: undefined,
  textDocuments: [],
  onDidChangeConfiguration: desktop.configurationChanges.event,
  getConfiguration: (section?: string): Configuration => {
    const name = (key: string): string => (section === undefined ? key : `${section}.${key}`);
    return {
      get: <T>(key: string, fallback?: T): T | undefined =>
        (desktop.configuration.get(name(key)) as T | undefined) ?? fallback,
      inspect: (): undefined => undefined,
      update: (key: string, value: unknown): Promise<void> => {
        desktop.configure(name(key), value);
        return Promise.resolve();
      },
    };
  },
  registerFileSystemProvider: (): Held => desktop.hold({}),
  registerTextDocumentContentProvider: (
    _scheme: string,
    provider: { provideTextDocumentContent(uri: Uri, token: Token): Promise<string> },
  ): Held => {
    const token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter<void>().event };
    desktop.documents = (uri) => provider.provideTextDocumentContent(uri, token);
    return desktop.hold({}, () => (desktop.documents = undefined));
  },
  openTextDocument: async (uri: Uri): Promise<{ uri: Uri; languageId: string; text: string }> => {
    const text = (await desktop.documents?.(uri)) ?? '';
    return { uri, languageId: 'plaintext', text };
  },
};

export const languages = { setTextDocumentLanguage: (): Promise<void> => Promise.resolve() };
export const authentication = {
  registerAuthenticationProvider: (_id: string, _label: string, provider: AccountSource): Held => {
    desktop.accounts = provider;
    return desktop.hold({}, () => (desktop.accounts = undefined));
  },
};
export const env = {
  language: 'en',
  uiKind: UIKind.Desktop,
  remoteName: undefined,
  clipboard: {
    writeText: (text: string): Promise<void> => {
      desktop.clipboard = text;
      return Promise.resolve();
    },
  },
  uriScheme: 'vscode',
  asExternalUri: (uri: Uri): Promise<Uri> => Promise.resolve(uri),
  openExternal: (target: Uri | string): Promise<boolean> => {
    desktop.openedPages.push(String(target));
    return Promise.resolve(true);
  },
};
