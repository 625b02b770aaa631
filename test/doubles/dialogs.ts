/** The part of an input box that a simulated user needs. */
export interface TypingBox {
  value: string;
  password: boolean;
  validationMessage: string | undefined;
  /** Enters text, presses Enter, and waits until the extension has accepted or rejected the text. */
  accept(text: string): Promise<void>;
  /** Enters text without pressing Enter. */
  type(text: string): void;
  hide(): void;
  readonly isOpen: boolean;
}

/** Answers the dialogs of the extension on behalf of the user. */
export interface DialogDriver {
  pick(items: readonly unknown[]): unknown;
  /** Returns the button that the user presses in a notification. A promise keeps the notification on screen. */
  choose(choices: readonly string[]): string | undefined | Promise<undefined>;
  secret(): string | undefined;
  attend(box: TypingBox): void;
  /** Called when a cancellable task starts. @returns a function that must be called when the task ends */
  running(cancel: () => void): () => void;
}
