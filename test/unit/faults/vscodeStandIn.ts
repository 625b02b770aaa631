/** What was shown as a notification since the matrix began, by the window of each cell: see words.ts. */
export const notifications: string[] = [];

type Argument = string | number | boolean;

/** VS Code's own way with placeholders, in English. */
export const l10n = {
  t: (message: string, ...args: readonly Argument[]): string =>
    message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole)),
};

export const window = {
  showErrorMessage: (message: string): Promise<undefined> => {
    notifications.push(message);
    return Promise.resolve(undefined);
  },
};

export const commands = { executeCommand: (): Promise<undefined> => Promise.resolve(undefined) };
