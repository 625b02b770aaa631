import { displayText } from '../../../shared/displayText.ts';
import { queryFields, type Completion } from '../../../shared/searchCompletion.ts';
import { originField, processingField, publishedNotes } from '../../history/exceptionTerms.ts';
import { serviceTypeNames } from '../query/serviceTypes.ts';
import type { CompletionPlace } from './completionPlace.ts';
import { quotedValue, quotedWord } from './quoted.ts';

/** The names that are known without a request. */
export interface KnownNames {
  readonly datasources: readonly { readonly uid: string; readonly title: string }[];
  /** The file types of the current hits, most frequent first. */
  readonly types: readonly string[];
  /** The exceptions of the current hits. */
  readonly exceptions: readonly string[];
  /** The fields that the service can search, if they were read already. */
  readonly serviceFields: readonly string[];
  readonly year: number;
}

/** Maximum number of completions per kind. */
const maxOffered = 20;
const maxLength = 100;

const commonTypes = [
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'md',
  'txt',
  'html',
  'csv',
  'eml',
  'msg',
  'json',
  'png',
  'jpg',
  'zip',
];
/** The exceptions in Onna's help pages, except the notes (docs/onna-api.md §13). */
const publishedExceptions = ['Download Error', 'Has Error'];
/** Minimum length of a prefix for which the service's fields are offered. There may be hundreds of them. */
const minFieldPrefix = 2;

/** Whether a text is shown as it is, so that a user can tell what would be inserted. */
export function isPlain(text: string): boolean {
  return text !== '' && displayText(text, maxLength) === text;
}

/** The texts that begin with `prefix`, then those in which a later word begins with it. Ignores case. */
function matching<T>(all: readonly T[], prefix: string, textOf: (entry: T) => string): readonly T[] {
  const wanted = prefix.toLowerCase();
  const first: T[] = [];
  const later: T[] = [];
  for (const entry of all) {
    const text = textOf(entry).toLowerCase();
    if (text.startsWith(wanted)) first.push(entry);
    else if (text.split(/[\s/_.-]+/).some((word) => word.startsWith(wanted))) later.push(entry);
    if (first.length === maxOffered) break;
  }
  return [...first, ...later].slice(0, maxOffered);
}

function fieldNames(prefix: string, { serviceFields }: KnownNames): readonly Completion[] {
  const own = queryFields.filter((name) => name.startsWith(prefix.toLowerCase()));
  const known = new Set<string>(queryFields);
  const others =
    prefix.length < minFieldPrefix
      ? []
      : serviceFields.filter(
          (name) =>
            !known.has(name) &&
            /^[A-Za-z_@][\w.@-]*$/.test(name) &&
            name.toLowerCase().startsWith(prefix.toLowerCase()),
        );
  return [...own, ...others]
    .slice(0, maxOffered)
    .map((name) => ({ kind: 'field', text: `${name}:`, label: `${name}:` }));
}

function titles(
  place: CompletionPlace & { kind: 'value' },
  { datasources }: KnownNames,
): readonly Completion[] {
  const seen = new Set<string>();
  const distinct = datasources.filter(({ title }) => {
    // A name in a query stands for all Datasources with this title.
    const key = title.toLowerCase();
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew && displayText(title, maxLength) !== '';
  });
  return matching(distinct, place.prefix, ({ title }) => title).map(({ uid, title }) => ({
    kind: 'datasource',
    // A title that is not shown as it is can't be checked by the user, so the uid is inserted.
    text: quotedValue(isPlain(title) ? title : uid, place.isQuoted),
    label: displayText(title, maxLength),
  }));
}

function values(place: CompletionPlace & { kind: 'value' }, all: readonly string[]): readonly Completion[] {
  const distinct = [...new Set(all)].filter((text) => isPlain(text) && text !== '*');
  return matching(distinct, place.prefix, (text) => text)
    .filter((text) => text !== place.prefix || place.isQuoted)
    .map((text) => ({ kind: 'value', text: quotedValue(text, place.isQuoted), label: text }));
}

function dates({ year }: KnownNames): readonly string[] {
  return ['today', 'yesterday', '7d', '30d', '3m', '1y', ...[0, 1, 2, 3].map((ago) => String(year - ago))];
}

/**
 * The completions that need no request: names of fields, file types, exceptions, dates and titles of Datasources.
 * @param isExplicit Whether the user asked for completions, so that they are also offered for an empty word.
 */
export function localCompletions(
  place: CompletionPlace,
  known: KnownNames,
  isExplicit = false,
): readonly Completion[] {
  if (place.kind === 'word') return place.prefix === '' && !isExplicit ? [] : fieldNames(place.prefix, known);
  switch (place.field.toLowerCase()) {
    case 'type':
      return values(place, [
        ...known.types,
        ...commonTypes,
        ...(place.prefix === '' ? [] : serviceTypeNames),
      ]);
    case 'in':
      return titles(place, known);
    case 'exception':
    case processingField:
    case originField:
      return values(place, [...known.exceptions, ...publishedExceptions, ...publishedNotes]);
    case 'type_name':
      return values(place, serviceTypeNames);
    case 'after':
    case 'before':
      return values(place, dates(known));
    default:
      return [];
  }
}

/** The service's suggestions for a word, as completions. Omits texts that can't be shown unchanged. */
export function suggestedWords(words: readonly string[], prefix: string): readonly Completion[] {
  return words
    .filter((word) => isPlain(word) && word.toLowerCase() !== prefix.toLowerCase())
    .slice(0, maxOffered)
    .map((word) => ({ kind: 'word', text: quotedWord(word), label: word }));
}
