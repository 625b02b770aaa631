import type * as v from 'valibot';

/** Plain words for valibot's type names, which appear in the `expected` field of its issues. */
const typeWords: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  Array: 'a list',
  Object: 'an object',
};

/** Turns an expected type such as `(string | Array)` or `("asc" | "desc")` into plain words. */
function expectedWords(expected: string): string {
  const words = expected
    .replaceAll(/[()]/g, '')
    .split(/ [|&] /)
    .map((part) => typeWords[part] ?? part.replaceAll('"', ''));
  return [...new Set(words)].join(' or ');
}

/**
 * Describes a validation issue in plain words. Keeps a message that the schema sets. Replaces valibot's
 * default messages, because they are written for programmers and repeat the rejected value.
 */
export function issueText(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  const expected = issue.expected ?? '';
  switch (issue.type) {
    case 'integer':
      return 'A whole number is required';
    case 'min_value':
      return `The minimum is ${expected.replace('>=', '')}`;
    case 'max_value':
      return `The maximum is ${expected.replace('<=', '')}`;
    case 'max_length':
      return `The maximum length is ${expected.replace('<=', '')}`;
    case 'strict_object':
      return expected === 'never' ? 'Unknown name' : 'An object is required';
    default:
      return expected === '' ? 'Invalid value' : `Expected: ${expectedWords(expected)}`;
  }
}
