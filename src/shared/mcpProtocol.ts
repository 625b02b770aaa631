import * as v from 'valibot';

// The messages between the MCP server process (src/mcp) and a VS Code window. They travel as JSON lines over a local
// socket. The first line of a connection is a hello with the nonce of the window.

/** Maximum length of a line, in UTF-16 units. */
export const maxLine = 4_000_000;

/** The content of the file in which a window announces its socket. Only the user can read the file. */
export const announcementSchema = v.object({
  /** The path of the Unix socket or named pipe. */
  socket: v.string(),
  /** A random text that a process must know to connect. Each start creates a new one. */
  nonce: v.string(),
  /** When the window started to listen, in ms since 1970. */
  since: v.number(),
});
export type Announcement = v.InferOutput<typeof announcementSchema>;

const toolSchema = v.object({
  name: v.string(),
  title: v.string(),
  description: v.string(),
  inputSchema: v.record(v.string(), v.unknown()),
});

/** A tool that the window offers. */
export type OfferedTool = v.InferOutput<typeof toolSchema>;

/** A message from the server process to the window. */
export const toWindowSchema = v.variant('type', [
  v.object({ type: v.literal('hello'), nonce: v.string() }),
  v.object({ type: v.literal('call'), id: v.number(), name: v.string(), input: v.unknown() }),
  v.object({ type: v.literal('cancel'), id: v.number() }),
]);
export type ToWindow = v.InferOutput<typeof toWindowSchema>;

/** A message from the window to the server process. */
export const fromWindowSchema = v.variant('type', [
  v.object({ type: v.literal('tools'), version: v.string(), tools: v.array(toolSchema) }),
  v.object({ type: v.literal('result'), id: v.number(), text: v.string(), isError: v.boolean() }),
]);
export type FromWindow = v.InferOutput<typeof fromWindowSchema>;
