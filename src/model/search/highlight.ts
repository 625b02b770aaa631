import { displayText } from '../../shared/displayText.ts';

/** Runs of text, by turns plain and found: those at odd places are what was searched for. The first may be empty. */
export type HighlightedText = readonly string[];

const maxRunLength = 120;
const maxRuns = 9;
/** Context kept before the first find, so that it is in sight in a narrow list too. */
const leadLength = 40;

function tail(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(-length).replace(/^[\udc00-\udfff]/, '');
  const wordStart = cut.search(/\s/);
  return `…${wordStart >= 0 && wordStart < length / 2 ? cut.slice(wordStart + 1) : cut}`;
}

/** `displayText` trims, but the spaces next to a find belong to the sentence. */
function run(text: string): string {
  const shown = displayText(text, maxRunLength);
  if (shown === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${shown}${/\s$/.test(text) && !shown.endsWith('…') ? ' ' : ''}`;
}

/** Elasticsearch marks finds by `<em>`, or by `<em class="hlt1">`; other services by `<mark>`. */
const marks = [
  /<em(?: class="[\w -]*")?>(.*?)(?:<\/em>|$)/s,
  /<mark(?: class="[\w -]*")?>(.*?)(?:<\/mark>|$)/s,
];

/**
 * Reads a piece in which finds stand between `<em>` and `</em>` (docs/onna-api.md §6), or `<mark>` where there is no `<em>`.
 * Nothing else in it is markup: a text's own tags are shown as they are, and an unpaired mark ends with the piece.
 */
export function parseHighlight(fragment: string): HighlightedText {
  // Far more than is shown of it: a hostile piece may be megabytes.
  const start = fragment.slice(0, 4000);
  const mark = marks.find((candidate) => candidate.test(start));
  const parts = mark === undefined ? [start] : start.split(mark);
  if (parts.length === 1) return [run(fragment)];
  return parts
    .slice(0, maxRuns)
    .map((part, index) => (index === 0 ? run(tail(part.trimStart(), leadLength)) : run(part)));
}
