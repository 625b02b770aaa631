/** An input box, as the extension creates it. */
export interface TypingBox {
  value: string;
  password: boolean;
  validationMessage: string | undefined;
  /** Enters text and waits until it is accepted or refused. */
  accept(text: string): Promise<void>;
  /** Enters text without pressing Enter. */
  type(text: string): void;
  hide(): void;
  readonly isOpen: boolean;
}

/** Responds to the extension's dialogs. */
export interface DialogDriver {
  pick(items: readonly unknown[]): unknown;
  /** If this returns a promise, the notification stays on screen until it settles. */
  choose(choices: readonly string[]): string | undefined | Promise<undefined>;
  secret(): string | undefined;
  attend(box: TypingBox): void;
  /** Called when a cancellable task starts. @returns A function to call when it ends. */
  running(cancel: () => void): () => void;
}
