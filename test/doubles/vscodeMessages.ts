/** A notification as it was shown. */
export interface Notification {
  readonly message: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

/** All notifications since the matrix started; each begins with the name of its cell. */
export const notifications: Notification[] = [];

type Argument = string | number | boolean;

/** Replaces placeholders as VS Code does, in English. */
export const l10n = {
  t: (message: string, ...args: readonly Argument[]): string =>
    message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole)),
};

export const window = {
  showErrorMessage: (message: string, ...buttons: readonly string[]): Promise<undefined> => {
    notifications.push({ message, buttons });
    return Promise.resolve(undefined);
  },
};

export const commands = { executeCommand: (): Promise<undefined> => Promise.resolve(undefined) };
