import type { ToolName } from './toolNames.ts';

/** Maximum number of calls that are remembered. */
const maxCalls = 500;

/** One call of a tool. It contains no text of the input or of the result. */
export interface ToolRecord {
  readonly tool: ToolName;
  /** Where the call came from: VS Code's agent, or a client of the MCP server. */
  readonly source: 'agent' | 'mcp';
  /** When the call began, in ms since 1970. */
  readonly at: number;
  readonly durationMs: number;
  /** Lengths in UTF-16 units. */
  readonly inputLength: number;
  readonly outputLength: number;
  /** `refused`: the call was not carried out, for example because its input was invalid or the person declined. */
  readonly outcome: 'done' | 'refused' | 'failed' | 'cancelled';
}

/** The calls of this session, oldest first. */
export class AssistantActivity {
  readonly #calls: ToolRecord[] = [];
  readonly #log: (record: ToolRecord) => void;

  constructor(log: (record: ToolRecord) => void) {
    this.#log = log;
  }

  get calls(): readonly ToolRecord[] {
    return this.#calls;
  }

  add(record: ToolRecord): void {
    this.#calls.push(record);
    if (this.#calls.length > maxCalls) this.#calls.shift();
    this.#log(record);
  }
}
