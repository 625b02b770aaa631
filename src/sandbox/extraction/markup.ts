import { Tokenizer } from 'htmlparser2';

/** Receives the pieces of HTML or XML, in the order of the document. Names are in lower case in HTML. */
export interface MarkupHandler {
  readonly open: (name: string) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
  readonly comment?: (text: string) => void;
  /** Called before {@link open}, for the elements that {@link needsAttributes} accepts. */
  readonly attributes?: (name: string, attributes: ReadonlyMap<string, string>) => void;
  readonly needsAttributes?: (name: string) => boolean;
}

/**
 * Reads HTML or XML in one pass. Builds no tree and no list of open elements, so that neither deep nesting nor a large
 * document needs more than linear time.
 */
export function readMarkup(source: string, isXml: boolean, handler: MarkupHandler): void {
  let element = '';
  let wanted = false;
  let attributes = new Map<string, string>();
  let attribute = '';
  let value = '';
  const name = (start: number, end: number): string =>
    isXml ? source.slice(start, end) : source.slice(start, end).toLowerCase();
  const opened = (): void => {
    if (wanted) handler.attributes?.(element, attributes);
    handler.open(element);
  };
  const tokenizer = new Tokenizer(
    { xmlMode: isXml, decodeEntities: true },
    {
      onopentagname(start, end) {
        element = name(start, end);
        wanted = handler.needsAttributes?.(element) ?? false;
        if (wanted) attributes = new Map();
      },
      onattribname(start, end) {
        attribute = name(start, end);
        value = '';
      },
      onattribdata(start, end) {
        if (wanted) value += source.slice(start, end);
      },
      onattribentity(point) {
        if (wanted) value += String.fromCodePoint(point);
      },
      onattribend() {
        if (wanted) attributes.set(attribute, value);
      },
      onopentagend: opened,
      onselfclosingtag() {
        opened();
        handler.close(element);
      },
      onclosetag: (start, end) => handler.close(name(start, end)),
      ontext: (start, end) => handler.text(source.slice(start, end)),
      ontextentity: (point) => handler.text(String.fromCodePoint(point)),
      oncdata: (start, end, offset) => handler.text(source.slice(start, end - offset)),
      oncomment: (start, end, offset) => handler.comment?.(source.slice(start, end - offset)),
      ondeclaration() {
        // Document types have no text.
      },
      onprocessinginstruction() {
        // Neither have these.
      },
      onend() {
        // The caller knows.
      },
    },
  );
  tokenizer.write(source);
  tokenizer.end();
}
