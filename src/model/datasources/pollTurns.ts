/** Maximum number of polls in progress at the same time per server. */
const maxConcurrent = 2;

/** A poll that waits for its turn. */
interface Waiting {
  readonly poller: object;
  /** Whether the user waits for this poll. Such polls come first. */
  readonly byUser: boolean;
  readonly start: () => void;
}

interface Server {
  running: number;
  /** The polls of the user, then all others. */
  queue: readonly Waiting[];
}

/**
 * Limits the polls of a window to two at a time per server. Without a limit, the polls of many accounts would run
 * together when the window starts or gets the focus.
 */
export class PollTurns {
  readonly #servers = new Map<string, Server>();

  /**
   * Runs `poll` as soon as fewer than two other polls of `server` are running.
   * @param server The server's origin.
   * @param poller Identifies the poll for {@link hurry}.
   * @param signal Ends the wait. `poll` is then not run.
   */
  async run(
    server: string,
    { poller, byUser, signal }: { poller: object; byUser: boolean; signal: AbortSignal },
    poll: () => Promise<void>,
  ): Promise<void> {
    let turns = this.#servers.get(server);
    if (!turns) this.#servers.set(server, (turns = { running: 0, queue: [] }));
    if (turns.running < maxConcurrent) turns.running++;
    else if (!(await wait(turns, poller, byUser, signal))) return;
    try {
      await poll();
    } finally {
      const [next, ...others] = turns.queue;
      turns.queue = others;
      // The next poll takes over this turn, so that no other poll can take it in between.
      if (next) next.start();
      else if (--turns.running === 0) this.#servers.delete(server);
    }
  }

  /** Moves a waiting poll ahead of the polls that no user waits for. */
  hurry(server: string, poller: object): void {
    const turns = this.#servers.get(server);
    const waiting = turns?.queue.find((entry) => entry.poller === poller);
    if (!turns || !waiting) return;
    turns.queue = inOrder([
      ...turns.queue.filter((entry) => entry !== waiting),
      { ...waiting, byUser: true },
    ]);
  }
}

/** @returns Whether the turn has come. False: `signal` was aborted. */
function wait(turns: Server, poller: object, byUser: boolean, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      turns.queue = turns.queue.filter((entry) => entry.start !== start);
      resolve(false);
    };
    const start = (): void => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    };
    signal.addEventListener('abort', stop, { once: true });
    turns.queue = inOrder([...turns.queue, { poller, byUser, start }]);
  });
}

function inOrder(queue: readonly Waiting[]): readonly Waiting[] {
  return [...queue.filter(({ byUser }) => byUser), ...queue.filter(({ byUser }) => !byUser)];
}
