import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import { lineReader, parseJsonLine } from '../../shared/jsonLines.ts';
import {
  maxLine,
  toWindowSchema,
  type Announcement,
  type FromWindow,
  type OfferedTool,
} from '../../shared/mcpProtocol.ts';
import type { Assistant, ToolResult } from './assistant.ts';
import { usualBudget } from './tokenBudget.ts';
import { isActionTool, toolNames, type ToolName } from './toolNames.ts';

/** Maximum number of connections at the same time. */
const maxConnections = 10;
/** Maximum number of calls at the same time, per connection. */
const maxCalls = 4;
/** A connection must send the nonce within this time, in ms. */
const helloTimeoutMs = 5_000;
/** The tools that MCP clients can use. They read only, whatever the settings are. */
const readTools = toolNames.filter((name) => !isActionTool(name));

/** Dependencies of {@link LocalToolServer}. */
export interface LocalToolServerDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** The folder for the announcement. The server process gets this path. Created when needed. */
  readonly folder: string;
  readonly version: string;
  /** The descriptions of all tools, as in package.json. */
  readonly tools: readonly OfferedTool[];
  /** Creates the tools for one connection. A connection can read only what its own searches returned. */
  createAssistant(): Assistant;
  onError(error: unknown): void;
}

/**
 * Lets processes of the same user call the tools over a Unix socket, or over a named pipe on Windows. The Unix socket
 * is in a folder that only the user can read, and each connection must start with a nonce from a file that only the
 * user can read. There is no HTTP, so no web page can connect. The server ends with the window.
 */
export class LocalToolServer {
  readonly #deps: LocalToolServerDeps;
  readonly #connections = new Set<Connection>();
  readonly #nonce = randomBytes(32).toString('hex');
  readonly #announcement: string;
  #socketFolder: string | undefined;
  #server: Server | undefined;

  constructor(deps: LocalToolServerDeps) {
    this.#deps = deps;
    this.#announcement = path.join(deps.folder, `${randomUUID()}.window`);
  }

  /** Starts to listen, then announces the socket. @throws File system and socket errors */
  async start(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    const socket = await this.#socketPath();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(socket, resolve);
    });
    server.removeAllListeners('error').on('error', (error) => this.#deps.onError(error));
    if (process.platform !== 'win32') await chmod(socket, 0o600);
    const announcement: Announcement = { socket, nonce: this.#nonce, since: this.#deps.clock.now() };
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#announcement, JSON.stringify(announcement), { mode: 0o600 });
    // `close` may have run in the meantime.
    if (this.#server !== server) await this.#clean();
  }

  /** Forgets everything about accounts that have signed out. */
  forgetSignedOut(): void {
    for (const { assistant } of this.#connections) assistant.forgetSignedOut();
  }

  /** Removes the announcement, then ends all connections, so that no ended client finds this window again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await rm(this.#announcement, { force: true });
    for (const connection of [...this.#connections]) connection.end();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
    await this.#clean();
  }

  async #clean(): Promise<void> {
    await rm(this.#announcement, { force: true });
    if (this.#socketFolder !== undefined) await rm(this.#socketFolder, { recursive: true, force: true });
  }

  async #socketPath(): Promise<string> {
    if (process.platform === 'win32') return String.raw`\\.\pipe\onna-mcp-${randomUUID()}`;
    // The path of a Unix socket may have only about 100 characters, so it is in the folder for temporary files.
    this.#socketFolder = await mkdtemp(path.join(os.tmpdir(), 'onna-mcp-'));
    await chmod(this.#socketFolder, 0o700);
    return path.join(this.#socketFolder, 's');
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= maxConnections || !this.#server) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, this.#nonce, this.#deps);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}

/** One connection of a server process. */
class Connection {
  readonly assistant: Assistant;
  readonly #socket: Socket;
  readonly #nonce: string;
  readonly #deps: LocalToolServerDeps;
  readonly #running = new Map<number, AbortController>();
  readonly #cancelTimeout: () => void;
  #isKnown = false;

  constructor(socket: Socket, nonce: string, deps: LocalToolServerDeps) {
    this.#socket = socket;
    this.#nonce = nonce;
    this.#deps = deps;
    this.assistant = deps.createAssistant();
    this.#cancelTimeout = deps.clock.after(helloTimeoutMs, () => socket.destroy());
    const read = lineReader(maxLine, (line) => this.#receive(line));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      if (!read(part)) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#close());
  }

  end(): void {
    this.#socket.destroy();
  }

  #close(): void {
    this.#cancelTimeout();
    for (const abort of this.#running.values()) abort.abort();
  }

  #receive(line: string): void {
    if (this.#socket.destroyed) return;
    const parsed = v.safeParse(toWindowSchema, parseJsonLine(line));
    const message = parsed.success ? parsed.output : undefined;
    if (!this.#isKnown) {
      // A wrong nonce, and anything that is not a hello, gets no answer.
      if (message?.type !== 'hello' || !isEqual(message.nonce, this.#nonce)) {
        this.#socket.destroy();
        return;
      }
      this.#isKnown = true;
      this.#cancelTimeout();
      const { tools, version } = this.#deps;
      this.#send({ type: 'tools', version, tools: tools.filter(({ name }) => isReadTool(name)) });
    } else if (message?.type === 'cancel') this.#running.get(message.id)?.abort();
    else if (message?.type === 'call')
      this.#call(message.id, message.name, message.input).catch((error: unknown) =>
        this.#deps.onError(error),
      );
    else this.#socket.destroy();
  }

  async #call(id: number, name: string, input: unknown): Promise<void> {
    const send = ({ text, isError }: ToolResult): void => this.#send({ type: 'result', id, text, isError });
    if (!isReadTool(name)) {
      send({ text: 'There is no such tool.', isError: true });
      return;
    }
    if (this.#running.size >= maxCalls || this.#running.has(id)) {
      send({ text: 'Too many calls at the same time. Wait for a result first.', isError: true });
      return;
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      const options = { source: 'mcp', signal: abort.signal, budget: usualBudget } as const;
      send(await this.assistant.call(name, input, options));
    } finally {
      this.#running.delete(id);
    }
  }

  #send(message: FromWindow): void {
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}

function isReadTool(name: string): name is ToolName {
  return readTools.some((known) => known === name);
}

/** Compares two texts in a time that does not depend on where they differ. */
function isEqual(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)];
  return one.length === two.length && timingSafeEqual(one, two);
}
