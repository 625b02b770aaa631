import { quotationMarks } from '../query/quotationMarks.ts';

/** Matches a value that needs quotation marks. After `//` or a backslash, the field would be read as a URL or a path. */
const specialValue = new RegExp(String.raw`[\s${quotationMarks}(),]|^\\|^//|^$`);

/** Matches a word that needs quotation marks. */
const specialWord = new RegExp(String.raw`[\s${quotationMarks}(),:]|^-|^(?:OR|AND)?$`);

function inQuotes(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A value of a field as it is typed in a query, with quotation marks if it needs them. */
export function quotedValue(text: string, isQuoted = false): string {
  return isQuoted || specialValue.test(text) ? inQuotes(text) : text;
}

/** A word or a phrase as it is typed in a query, so that nothing in it is an operator or a field. */
export function quotedWord(text: string): string {
  return specialWord.test(text) ? inQuotes(text) : text;
}
