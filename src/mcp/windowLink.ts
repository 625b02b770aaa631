import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import * as v from 'valibot';
import { lineReader, parseJsonLine } from '../shared/jsonLines.ts';
import {
  announcementSchema,
  fromWindowSchema,
  maxLine,
  type Announcement,
  type FromWindow,
  type OfferedTool,
  type ToWindow,
} from '../shared/mcpProtocol.ts';

/** Maximum time until a window answers a hello, in ms. */
const helloTimeoutMs = 5_000;

/** Thrown if no window listens, or if the window has ended the connection. */
export class NoWindow extends Error {
  override readonly name = 'NoWindow';

  constructor() {
    super(
      'No VS Code window with Onna is open, or its MCP server is off. Open VS Code, sign in to Onna, and turn on the setting onna.mcp.enabled.',
    );
  }
}

/** The result of a tool. */
type Result = Omit<Extract<FromWindow, { type: 'result' }>, 'type' | 'id'>;

/** A connection to the newest window. Connects on demand, and again after the window has ended the connection. */
export class WindowLink {
  readonly #folder: string;
  #connecting: Promise<WindowConnection> | undefined;

  /** @param folder The folder in which the windows announce their sockets. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The tools of the window. @throws NoWindow */
  async tools(): Promise<readonly OfferedTool[]> {
    return (await this.#connection()).tools;
  }

  /** @throws NoWindow */
  async call(name: string, input: unknown, signal: AbortSignal): Promise<Result> {
    return (await this.#connection()).call(name, input, signal);
  }

  async close(): Promise<void> {
    const connection = await this.#connecting?.catch(() => undefined);
    connection?.end();
  }

  async #connection(): Promise<WindowConnection> {
    const known = await this.#connecting?.catch(() => undefined);
    if (known && !known.isClosed) return known;
    this.#connecting = this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<WindowConnection> {
    for (const announcement of await announcements(this.#folder)) {
      try {
        return await WindowConnection.open(announcement.value);
      } catch (error) {
        // The window has ended without removing its file, for example after a crash. After any other error, such as too
        // many connections, the window is still open.
        if (isGone(error)) await rm(announcement.file, { force: true });
      }
    }
    throw new NoWindow();
  }
}

/** The announced windows, newest first. Ignores files of other users and invalid files. */
async function announcements(
  folder: string,
): Promise<readonly { readonly file: string; readonly value: Announcement }[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.window'))
      .map(async (name) => {
        const file = path.join(folder, name);
        try {
          if (process.getuid && (await stat(file)).uid !== process.getuid()) return undefined;
          const value = v.parse(announcementSchema, parseJsonLine(await readFile(file, 'utf8')));
          return { file, value };
        } catch {
          return undefined;
        }
      }),
  );
  return found
    .filter((announcement) => announcement !== undefined)
    .sort((left, right) => right.value.since - left.value.since);
}

/** Whether nothing listens on the socket any more. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

/** An open connection to a window. */
class WindowConnection {
  readonly tools: readonly OfferedTool[];
  readonly #socket: Socket;
  readonly #waiting: Map<number, (result: Result | undefined) => void>;
  #calls = 0;

  private constructor(
    socket: Socket,
    tools: readonly OfferedTool[],
    waiting: Map<number, (result: Result | undefined) => void>,
  ) {
    this.#socket = socket;
    this.tools = tools;
    this.#waiting = waiting;
  }

  static async open({ socket: address, nonce }: Announcement): Promise<WindowConnection> {
    const socket = connect(address);
    socket.setTimeout(helloTimeoutMs, () => socket.destroy());
    const waiting = new Map<number, (result: Result | undefined) => void>();
    return new Promise((resolve, reject) => {
      const receive = (line: string): void => {
        const parsed = v.safeParse(fromWindowSchema, parseJsonLine(line));
        if (!parsed.success) return;
        if (parsed.output.type === 'tools') {
          // A call may take longer.
          socket.setTimeout(0);
          resolve(new WindowConnection(socket, parsed.output.tools, waiting));
        } else waiting.get(parsed.output.id)?.(parsed.output);
      };
      const read = lineReader(maxLine, receive);
      socket.setEncoding('utf8');
      socket.once('connect', () => send(socket, { type: 'hello', nonce }));
      socket.on('data', (part: string) => {
        if (!read(part)) socket.destroy();
      });
      socket.on('error', reject);
      socket.once('close', () => {
        for (const end of waiting.values()) end(undefined);
        reject(new NoWindow());
      });
    });
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  async call(name: string, input: unknown, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const id = ++this.#calls;
    const cancel = (): void => send(this.#socket, { type: 'cancel', id });
    signal.addEventListener('abort', cancel);
    try {
      const result = await new Promise<Result | undefined>((resolve) => {
        this.#waiting.set(id, resolve);
        if (this.isClosed) resolve(undefined);
        else send(this.#socket, { type: 'call', id, name, input });
      });
      if (!result) throw new NoWindow();
      return result;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#waiting.delete(id);
    }
  }

  end(): void {
    this.#socket.destroy();
  }
}

function send(socket: Socket, message: ToWindow): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}
