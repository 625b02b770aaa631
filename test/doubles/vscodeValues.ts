/** Doubles of the classes and constants in VS Code's API that the extension uses. */

/** An event emitter that counts its listeners. */
export class EventEmitter<T> {
  /** Number of listeners of all emitters. After deactivation, a number above 0 indicates a leak. */
  static listeners = 0;
  readonly #listeners = new Set<(value: T) => unknown>();

  readonly event = (listener: (value: T) => unknown): { dispose(): void } => {
    const entry = (value: T): unknown => listener(value);
    this.#listeners.add(entry);
    EventEmitter.listeners++;
    return {
      dispose: () => {
        if (this.#listeners.delete(entry)) EventEmitter.listeners--;
      },
    };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    EventEmitter.listeners -= this.#listeners.size;
    this.#listeners.clear();
  }
}

export class Disposable {
  readonly #dispose: () => void;

  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }

  /** Combines several disposables into one. */
  static from(...disposables: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    this.#dispose();
  }
}

interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query?: string;
}

export class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;

  constructor({ scheme, path, query = '' }: UriParts) {
    this.scheme = scheme;
    this.path = path;
    this.query = query;
  }

  static from(parts: UriParts): Uri {
    return new Uri(parts);
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path });
  }

  static parse(text: string): Uri {
    const [scheme = '', rest = ''] = text.split(/:(.*)/s);
    const [path = '', query = ''] = rest.split('?');
    return new Uri({ scheme, path, query });
  }

  static joinPath(base: Uri, ...names: readonly string[]): Uri {
    return new Uri({ scheme: base.scheme, path: [base.path, ...names].join('/') });
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}:${this.path}${this.query === '' ? '' : `?${this.query}`}`;
  }
}

export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon {
  static readonly File = new ThemeIcon('file');
  readonly id: string;
  readonly color: ThemeColor | undefined;
  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;

export class TreeItem {
  label: string;
  collapsibleState: number;
  id: string | undefined;
  description: string | undefined;
  contextValue: string | undefined;
  iconPath: unknown;
  resourceUri: Uri | undefined;
  tooltip: unknown;
  command: { readonly command: string; readonly arguments?: readonly unknown[] } | undefined;
  accessibilityInformation: { readonly label: string } | undefined;
  constructor(label: string, collapsibleState: number = TreeItemCollapsibleState.None) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export class FileDecoration {
  readonly badge: string | undefined;
  readonly tooltip: string | undefined;
  readonly color: ThemeColor | undefined;
  propagate = false;
  constructor(badge?: string, tooltip?: string, color?: ThemeColor) {
    this.badge = badge;
    this.tooltip = tooltip;
    this.color = color;
  }
}

export class MarkdownString {
  value = '';

  appendText(text: string): this {
    this.value += text;
    return this;
  }

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const QuickInputButtons = { Back: {} } as const;
export const ConfigurationTarget = { Global: 1, Workspace: 2 } as const;
export const UIKind = { Desktop: 1, Web: 2 } as const;
export const ExtensionKind = { UI: 1, Workspace: 2 } as const;
export const ViewColumn = { Active: -1 } as const;

export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 } as const;

export const FilePermission = { Readonly: 1 } as const;

/** An error of a file system. `code` names its kind, as in VS Code. */
export class FileSystemError extends Error {
  override readonly name = 'FileSystemError';
  readonly code: string;

  constructor(code: string, messageOrUri?: string | Uri) {
    super(typeof messageOrUri === 'string' ? messageOrUri : (messageOrUri?.path ?? ''));
    this.code = code;
  }

  static FileNotFound(messageOrUri?: string | Uri): FileSystemError {
    return new FileSystemError('FileNotFound', messageOrUri);
  }

  static Unavailable(messageOrUri?: string | Uri): FileSystemError {
    return new FileSystemError('Unavailable', messageOrUri);
  }
}
