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

/** The part of a quick pick that a simulated user needs. */
export interface ListBox {
  readonly title: string;
  readonly items: readonly {
    readonly label: string;
    readonly description?: string;
    readonly detail?: string;
  }[];
  readonly busy: boolean;
  readonly isOpen: boolean;
  /** Chooses the first row whose label starts with `label`. @throws Error if there is no such row */
  choose(label: string): void;
  /** Presses the button with this tooltip in the first row whose label starts with `label`. */
  press(label: string, tooltip: string): void;
  type(text: string): void;
  back(): void;
  hide(): void;
}

/** Answers the dialogs of the extension on behalf of the user. */
export interface DialogDriver {
  pick(items: readonly unknown[]): unknown;
  /** Returns the button that the user presses in a notification. A promise keeps the notification on screen. */
  choose(choices: readonly string[]): string | undefined | Promise<undefined>;
  secret(): string | undefined;
  attend(box: TypingBox): void;
  /** Called when a quick pick opens. If absent, the first row is accepted. */
  attendList?(box: ListBox): void;
  /** Called when a cancellable task starts. @returns a function that must be called when the task ends */
  running(cancel: () => void): () => void;
}
