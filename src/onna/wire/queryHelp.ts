import { asFields } from './fields.ts';
import { firstString } from './values.ts';

/** Maximum number of entries that are read. */
const maxEntries = 500;
/** Maximum length of an entry, in UTF-16 units. Longer ones are of no use in a search box. */
const maxLength = 200;

/** Possible keys of the list in an answer. */
const listNames = ['suggestions', 'suggest', 'fields', 'items', 'results', 'member'];
/** Possible keys of the text in an entry. */
const textNames = ['name', 'field', 'text', 'term', 'value', 'title', 'key', 'id'];

function entriesOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  const fields = asFields(json);
  if (!fields) return [];
  for (const name of listNames) {
    const list = fields[name];
    if (Array.isArray(list)) return list;
    // A map from the text to its description.
    const inner = asFields(list);
    if (inner) return Object.keys(inner);
  }
  return [];
}

/**
 * Reads the texts of `@suggestions` or `@searchableFields`. The specification says only that the answer is an object
 * (docs/onna-api.md §6), so this function accepts a list or an object with a list or a map, of texts or of objects with a
 * text. Empty if nothing is readable.
 */
export function decodeTexts(json: unknown): readonly string[] {
  const texts = new Set<string>();
  for (const entry of entriesOf(json).slice(0, maxEntries)) {
    const fields = asFields(entry);
    const text = typeof entry === 'string' ? entry : fields && firstString(fields, textNames);
    if (text !== undefined && text !== '' && text.length <= maxLength) texts.add(text);
  }
  return [...texts];
}
