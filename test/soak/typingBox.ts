/** A box for one line, as the extension makes it. */
export interface TypingBox {
  value: string;
  password: boolean;
  validationMessage: string | undefined;
  /** Enters text, and waits until it was taken or refused. */
  accept(text: string): Promise<void>;
  /** Types without entering. */
  type(text: string): void;
  hide(): void;
  readonly isOpen: boolean;
}

/** Whoever answers what the extension asks. */
export interface DialogDriver {
  pick(items: readonly unknown[]): unknown;
  /** A promise leaves the notification on screen until it is settled. */
  choose(choices: readonly string[]): string | undefined | Promise<undefined>;
  secret(): string | undefined;
  attend(box: TypingBox): void;
  /** Something runs that can be cancelled. @returns When it has ended. */
  running(cancel: () => void): () => void;
}
