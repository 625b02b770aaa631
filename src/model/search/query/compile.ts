import { startOf } from './dates.ts';
import type { Calendar } from '../../../shared/calendar.ts';
import type { QueryDiagnostic, QueryProblem } from '../../../shared/queryDiagnostics.ts';
import { serviceTypeName, typesWithoutText } from './serviceTypes.ts';
import { quotationMarks } from './quotationMarks.ts';
import { parseQuery, type QueryNode } from './syntax.ts';
import type { SearchTerm } from '../../../onna/wire/search.ts';
import type { QueryValue } from './tokens.ts';
import { anyException, originField, processingField } from '../../history/exceptionTerms.ts';

/** The Datasources and the calendar that resolve the names and dates in a query. */
export interface QueryContext {
  /** The Datasources that `in:` can name, by title (ignoring case) or uid. */
  readonly datasources: readonly { readonly uid: string; readonly title: string; readonly type?: string }[];
  readonly calendar: Calendar;
}

/** A compiled query: empty, invalid, or conditions to search for. */
export type CompiledQuery =
  | { readonly kind: 'empty'; readonly diagnostics: readonly QueryDiagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly QueryDiagnostic[] }
  | {
      readonly kind: 'terms';
      /** The value of `advanced.and`: all terms must match. */
      readonly terms: readonly SearchTerm[];
      /** Warnings only. */
      readonly diagnostics: readonly QueryDiagnostic[];
    };

/** Fields that contain prose or a path. A query matches part of their value. */
const searchedAsText = new Map([
  ['title', 'title'],
  ['name', 'title'],
  ['text', 'extracted_text'],
  ['path', 'path'],
]);

/** The service's field for each short name. Used if a query tests whether a value exists, as `-type:*` does. */
const shortNames = new Map([
  ['type', 'extension'],
  ['in', 'parent_datasource.uuid'],
  ['after', 'date_modified'],
  ['before', 'date_modified'],
]);

/** Matches any quotation mark. */
const anyMark = new RegExp(`[${quotationMarks}]`, 'g');

function contains(field: string, { text, quoted }: QueryValue): SearchTerm {
  // Quotation marks around the value mean a phrase, so the value itself must not contain any.
  const words = text.replaceAll(anyMark, ' ');
  return { text_contains: [{ var: field }, quoted ? `"${words}"` : words] };
}

function anyOf(terms: readonly SearchTerm[]): SearchTerm {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : { or: terms };
}

/** Whether a field is tested for any value, as in `field:*`. */
function isAnyValue([value, ...more]: readonly QueryValue[]): boolean {
  return more.length === 0 && value?.text === '*' && !value.quoted;
}

/** Exceptions are in one of two fields, by the stage in which they happened. */
function exceptionTerm(values: readonly QueryValue[]): SearchTerm {
  if (isAnyValue(values)) return anyException;
  const texts = values.map(({ text }) => text);
  return { or: [{ in: [{ var: processingField }, texts] }, { in: [{ var: originField }, texts] }] };
}

class Compiler {
  readonly #context: QueryContext;
  readonly #diagnostics: QueryDiagnostic[] = [];
  #hasServiceTypes = false;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  compile(source: string): CompiledQuery {
    const { root, diagnostics: syntaxDiagnostics } = parseQuery(source);
    const conditions =
      root === undefined
        ? []
        : root.kind === 'all'
          ? root.nodes.map((node) => this.#term(node))
          : [this.#term(root)];
    const diagnostics = [...syntaxDiagnostics, ...this.#diagnostics].toSorted((a, b) => a.start - b.start);
    if (diagnostics.some(({ severity }) => severity === 'error')) return { kind: 'invalid', diagnostics };
    if (conditions.length === 0) return { kind: 'empty', diagnostics };
    const terms = this.#hasServiceTypes ? conditions : [this.#onlyResources(), ...conditions];
    return { kind: 'terms', terms, diagnostics };
  }

  /** Excludes the known types that are not Resources, because not all Resource types are documented. */
  #onlyResources(): SearchTerm {
    const types = this.#context.datasources.flatMap(({ type }) => type ?? []);
    return { and_not: [{ in: [{ var: 'type_name' }, typesWithoutText(types)] }] };
  }

  #reject(problem: QueryProblem, { start, end, text }: QueryValue): void {
    this.#diagnostics.push({ problem, severity: 'error', start, end, subject: text });
  }

  #term(node: QueryNode): SearchTerm {
    switch (node.kind) {
      case 'text':
        return { or: [contains('extracted_text', node.value), contains('title', node.value)] };
      case 'field':
        return this.#field(node.name, node.values);
      case 'all':
        return { and: node.nodes.map((part) => this.#term(part)) };
      case 'any':
        return { or: node.nodes.map((part) => this.#term(part)) };
      case 'not':
        return { and_not: [this.#term(node.node)] };
    }
  }

  #field(name: string, values: readonly QueryValue[]): SearchTerm {
    const textField = searchedAsText.get(name.toLowerCase());
    const serviceField = textField ?? shortNames.get(name.toLowerCase()) ?? name;
    if (name.toLowerCase() === 'exception') return exceptionTerm(values);
    if (isAnyValue(values)) return { exists: [{ var: serviceField }] };
    if (textField !== undefined) return anyOf(values.map((value) => contains(textField, value)));
    switch (name.toLowerCase()) {
      case 'type':
        return this.#type(values);
      case 'in':
        return {
          in: [{ var: 'parent_datasource.uuid' }, values.flatMap((value) => this.#datasources(value))],
        };
      case 'after':
      case 'before':
        return anyOf(values.map((value) => this.#date(name.toLowerCase() === 'after' ? '>' : '<', value)));
      default:
        return this.#other(name, values);
    }
  }

  /** `type:pdf` is a file type. `type:Workspace` is an object type; the search is then not limited to Resources. */
  #type(values: readonly QueryValue[]): SearchTerm {
    const typeNames: string[] = [];
    const extensions: string[] = [];
    for (const { text } of values) {
      const typeName = serviceTypeName(text);
      if (typeName === undefined) extensions.push(text.replace(/^\./, '').toLowerCase());
      else typeNames.push(typeName);
    }
    if (typeNames.length > 0) this.#hasServiceTypes = true;
    const terms: SearchTerm[] = [];
    if (extensions.length > 0) terms.push({ in: [{ var: 'extension' }, extensions] });
    if (typeNames.length > 0) terms.push({ in: [{ var: 'type_name' }, typeNames] });
    return anyOf(terms);
  }

  #datasources(value: QueryValue): string[] {
    const wanted = value.text.toLowerCase();
    const named = this.#context.datasources.filter(
      ({ uid, title }) => uid === value.text || title.toLowerCase() === wanted,
    );
    if (named.length > 0) return named.map(({ uid }) => uid);
    // The value looks like a uid (docs/onna-api.md §0). The service may have an unlisted Datasource with this
    // uid.
    if (/^[0-9a-f]{32}$/i.test(value.text) || value.text.includes('|')) return [value.text];
    this.#reject('unknownDatasource', value);
    return [];
  }

  #date(operator: '>' | '<', value: QueryValue): SearchTerm {
    const start = startOf(value.text, this.#context.calendar);
    if (start === undefined) {
      this.#reject('badDate', value);
      // A placeholder that is never sent, because the query is rejected.
      return { exists: [{ var: 'date_modified' }] };
    }
    // Epoch seconds, as in the service's own scripts (docs/onna-api.md §6). There is no ">=", so `after` subtracts 1.
    const seconds = start / 1000;
    return operator === '>'
      ? { '>': [{ var: 'date_modified' }, seconds - 1] }
      : { '<': [{ var: 'date_modified' }, seconds] };
  }

  #other(name: string, values: readonly QueryValue[]): SearchTerm {
    const terms: SearchTerm[] = [];
    const exact: string[] = [];
    for (const value of values) {
      const [, operator, digits] = /^([<>])(-?\d+(?:\.\d+)?)$/.exec(value.text) ?? [];
      if (operator === undefined || digits === undefined || value.quoted) exact.push(value.text);
      else if (operator === '>') terms.push({ '>': [{ var: name }, Number(digits)] });
      else terms.push({ '<': [{ var: name }, Number(digits)] });
    }
    if (exact.length > 0) terms.unshift({ in: [{ var: name }, exact] });
    return anyOf(terms);
  }
}

/**
 * Compiles any string to conditions of `@frontsearch`, or reports the errors in it. Never throws.
 *
 * - `word`, `"a phrase"`: in the text or in the title. If a query has several terms, all must match.
 * - `-x` excludes; `a OR b` and `( … )` work as usual; `AND` is optional.
 * - `type:pdf,docx`: file extension; `type:Workspace`, `type:SlackDatasource`: object type (otherwise only Resources).
 * - `in:"Harbour wiki"`: Datasource by title or uid.
 * - `after:X`: modified at the start of X or later; `before:X`: earlier than the start of X (see {@link startOf}).
 * - `exception:"Has Error"`: exception or note of the Resource; `exception:*`: any of them.
 * - `title:`/`name:`, `text:`, `path:`: contained in that field. Any other `field:value` must equal the whole value;
 *   `field:>5` and `field:<5` compare numbers; `field:*` tests whether the field has a value.
 */
export function compileQuery(source: string, context: QueryContext): CompiledQuery {
  return new Compiler(context).compile(source);
}
