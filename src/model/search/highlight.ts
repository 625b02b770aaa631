import { displayText } from '../../shared/displayText.ts';

/** Text as alternating runs: runs at odd indexes match the query, the others do not. The first run may be empty. */
type HighlightedText = readonly string[];

const maxRunLength = 120;
const maxRuns = 9;
/** Maximum context before the first match, in characters, so that the match is visible in a narrow list too. */
const leadLength = 40;

function tail(text: string, length: number): string {
  if (text.length <= length) return text;
  // Do not begin with half a surrogate pair, or with a mark that belongs to the letter before it.
  const cut = text.slice(-length).replace(/^[\udc00-\udfff]?\p{M}*/u, '');
  const wordStart = cut.search(/\s/);
  return `…${wordStart >= 0 && wordStart < length / 2 ? cut.slice(wordStart + 1) : cut}`;
}

/** `displayText` trims, but spaces next to a match must stay. */
function run(text: string): string {
  const shown = displayText(text, maxRunLength);
  if (shown === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${shown}${/\s$/.test(text) && !shown.endsWith('…') ? ' ' : ''}`;
}

/** Elasticsearch marks matches with `<em>` or `<em class="hlt1">`; other services use `<mark>`. */
const marks = [
  /<em(?: class="[\w -]*")?>(.*?)(?:<\/em>|$)/s,
  /<mark(?: class="[\w -]*")?>(.*?)(?:<\/mark>|$)/s,
];

/**
 * Parses a fragment with matches in `<em>` (docs/onna-api.md §6), or in `<mark>` if there is no `<em>`. Other tags are
 * part of the text and are shown as they are. An unclosed mark ends with the fragment.
 */
export function parseHighlight(fragment: string): HighlightedText {
  // The limit is far above the length of the text that is shown. It bounds the work for a hostile fragment of several
  // megabytes.
  const start = fragment.slice(0, 4000);
  const mark = marks.find((candidate) => candidate.test(start));
  const parts = mark === undefined ? [start] : start.split(mark);
  if (parts.length === 1) return [run(fragment)];
  return parts
    .slice(0, maxRuns)
    .map((part, index) => (index === 0 ? run(tail(part.trimStart(), leadLength)) : run(part)));
}
