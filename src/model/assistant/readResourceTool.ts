import { isOnnaError } from '../../onna/errors.ts';
import { readResource } from '../resources/resourceContent.ts';
import type { AssistantDeps, FoundResource, ToolCall } from './assistantDeps.ts';
import { estimateTokens } from './tokenBudget.ts';
import type { IssuedResources } from './issuedResources.ts';
import type { ToolInput } from './toolInputs.ts';
import { ToolRefusal, type ToolText } from './toolText.ts';
import { visibleText } from './visibleText.ts';

/** Maximum size of a text that is read, in bytes. */
const maxBytes = 20 << 20;
/** Maximum length of a line in a result, in UTF-16 units. A longer line is split into several lines. */
const maxPiece = 1_000;

/** Returns the text of a Resource, in parts. Keeps the last text, so that further parts need no request. */
export class ReadResourceTool {
  readonly #deps: Pick<AssistantDeps, 'client'>;
  readonly #issued: IssuedResources;
  #last: { readonly resource: FoundResource; readonly text: string } | undefined;

  constructor(deps: Pick<AssistantDeps, 'client'>, issued: IssuedResources) {
    this.#deps = deps;
    this.#issued = issued;
  }

  /** Sends at most three requests. */
  async run(
    { resource: handle, offset = 0 }: ToolInput<'onna_read_resource'>,
    { signal, tokens }: ToolCall,
  ): Promise<ToolText> {
    const resource = this.#issued.get(handle);
    const text = await this.#text(resource, offset, signal);
    if (offset >= text.length)
      throw new ToolRefusal(`The text has only ${text.length} characters. Call again with a smaller offset.`);
    const pieces = piecesOf(text, offset, tokens);
    return {
      lead: `The text of this Resource, from character ${offset} of ${text.length}.`,
      rows: pieces.map(({ start, end }) => text.slice(start, end).replace(/\n$/, '')),
      end: (shown) => {
        const end = pieces[shown - 1]?.end ?? offset;
        return end < text.length
          ? `The text continues. Call again with offset ${end}.`
          : 'This is the end of the text.';
      },
    };
  }

  /** Forgets the kept text. Call when an account has signed out. */
  forget(): void {
    this.#last = undefined;
  }

  async #text(resource: FoundResource, offset: number, signal: AbortSignal): Promise<string> {
    if (offset > 0 && this.#last?.resource === resource) return this.#last.text;
    try {
      const client = await this.#deps.client(resource.connectionId);
      const content = await readResource(client, resource.path, maxBytes, signal);
      if (content.kind === 'notText')
        throw new ToolRefusal('This Resource has no text: its file is not text.');
      const text = visibleText(content.text);
      // The account may have signed out, and its Resources may have been forgotten, during the request.
      if (this.#issued.find(this.#issued.issue(resource)) === resource) this.#last = { resource, text };
      return text;
    } catch (error) {
      if (isOnnaError(error, 'noContent')) throw new ToolRefusal('This Resource has no text.');
      throw error;
    }
  }
}

/** Part of a text. Offsets in UTF-16 units; `end` is exclusive. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The lines of a text from an offset on, until they have about this number of tokens. Cuts long lines. */
function piecesOf(text: string, offset: number, tokens: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = offset;
  for (let left = tokens; start < text.length && left > 0;) {
    const line = text.indexOf('\n', start);
    let end = Math.min(line < 0 ? text.length : line + 1, start + maxPiece);
    // Do not cut a character in half.
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1;
    pieces.push({ start, end });
    left -= estimateTokens(text.slice(start, end));
    start = end;
  }
  return pieces;
}
