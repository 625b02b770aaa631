/** The searchable fields of an object, as the test expects them. */
export interface ModelDocument {
  readonly path: string;
  readonly fields: Readonly<Record<string, string | number | null>>;
}

export type ModelTerm = Readonly<Record<string, readonly unknown[]>>;

function words(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function hasPhrase(text: readonly string[], phrase: readonly string[], isBeginning: boolean): boolean {
  return text.some((_, start) =>
    phrase.every((word, offset) => {
      const found = text[start + offset];
      return isBeginning && offset === phrase.length - 1 ? found?.startsWith(word) === true : found === word;
    }),
  );
}

function textContains(value: string, query: string): boolean {
  const text = words(value);
  const parts = [...query.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, phrase, word]) => ({
    phrase: words(phrase ?? word ?? ''),
    isBeginning: word?.endsWith('*') === true,
  }));
  const wanted = parts.filter(({ phrase }) => phrase.length > 0);
  return wanted.length > 0 && wanted.every(({ phrase, isBeginning }) => hasPhrase(text, phrase, isBeginning));
}

function valueContains(value: string | number | null, query: string): boolean {
  const pieces = query.replaceAll('"', ' ').toLowerCase().match(/\S+/g) ?? [];
  return pieces.every((piece) => value !== null && String(value).toLowerCase().includes(piece));
}

/** All stored values that a query value matches, such as a string and the number that it contains. */
function forms(name: string, value: string | number | boolean): (string | number)[] {
  if (name === 'date_modified')
    return [
      typeof value === 'string' && Number.isNaN(Number(value)) ? Date.parse(value) / 1000 : Number(value),
    ];
  if (typeof value !== 'string') return [Number(value)];
  return value.trim() !== '' && !Number.isNaN(Number(value)) ? [value, Number(value)] : [value];
}

/** Reference implementation of a search. Returns whether a document matches a term. */
export function matches(term: ModelTerm, document: ModelDocument): boolean {
  const [[operator, operands] = ['', []]] = Object.entries(term);
  const terms = operands as readonly ModelTerm[];
  if (operator === 'and') return terms.every((part) => matches(part, document));
  if (operator === 'or') return terms.some((part) => matches(part, document));
  if (operator === 'and_not') return !terms.some((part) => matches(part, document));
  const [variable, operand] = operands as readonly [{ readonly var: string }, unknown];
  const name = variable.var.replace(/\.keyword$/, '');
  const value = document.fields[name] ?? null;
  switch (operator) {
    case 'exists':
      return value !== null;
    case 'text_contains':
      return variable.var === 'title' || variable.var === 'extracted_text'
        ? textContains(String(value ?? ''), String(operand))
        : valueContains(value, String(operand));
    case 'in':
      return (operand as readonly (string | number | boolean)[]).some((one) =>
        forms(name, one).some((form) => form === value),
      );
    default:
      return forms(name, operand as string | number | boolean).some(
        (form) =>
          value !== null && typeof form === typeof value && (operator === '>' ? value > form : value < form),
      );
  }
}
