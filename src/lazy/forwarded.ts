import * as vscode from 'vscode';

type Method = (...args: never[]) => unknown;

/** The methods of an object that is loaded with the first call. Each of them must return a promise. */
export function forwarded<T, Name extends keyof T>(
  load: () => Promise<{ readonly [Key in Name]: Method }>,
  ...names: readonly Name[]
): Pick<T, Name> {
  const later = names.map((name) => [
    name,
    async (...args: never[]): Promise<unknown> => (await load())[name](...args),
  ]);
  return Object.fromEntries(later) as Pick<T, Name>;
}

/**
 * An event of an object that is loaded later.
 * @returns The event, and a function that loads the object and listens to it once.
 */
export function laterEvent<Part, Change>(
  load: () => Promise<Part>,
  listen: (part: Part, fire: (change: Change) => void) => void,
): readonly [vscode.Event<Change>, () => Promise<Part>] {
  const changes = new vscode.EventEmitter<Change>();
  let attached = false;
  const get = async (): Promise<Part> => {
    const part = await load();
    if (!attached) listen(part, (change) => changes.fire(change));
    attached = true;
    return part;
  };
  return [changes.event, get];
}
