import { schemaViolation } from '../http/refusals.ts';
import type { Phrase } from '../language/phrases.ts';
import { always, combine } from '../store/sql.ts';
import { searchField } from './conditions.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';
import { inColumn, textParts } from './fullText.ts';
import { allOf, anyOf, excluding, matching, plain } from './plan.ts';
import type { Plan } from './plan.ts';
import { compare, isIn } from './values.ts';

/** A search text for one column. */
interface Wanted {
  readonly column: 'title' | 'extracted_text';
  /** The search text as an FTS5 expression. */
  readonly expression: string;
  /** The words and phrases of the search text. All of them must be in the column. */
  readonly phrases: readonly Phrase[];
  /** The last word or phrase of the search text, as typed. */
  readonly lastWord: string;
}

/** The result of compiling terms. */
export interface CompiledTerms {
  /** The complete condition, which equals `full` of {@link Plan}. */
  readonly where: Sql;
  readonly plan: Plan;
  /** The search texts to highlight. Texts that the query excludes are left out. */
  readonly wanted: readonly Wanted[];
}

/** Resolves a field name. Returns undefined if there is no such field. */
type FieldOf = (name: string) => SearchField | undefined;

/**
 * Maximum nesting of terms. It is deeper than any query that a person writes, and small enough to prevent a
 * stack overflow.
 */
const maxNesting = 40;

/** Maximum terms per query. Each term has up to six placeholders, and SQLite allows 32,766 placeholders. */
const maxTerms = 2000;

/**
 * Maximum full-text words per query and per phrase. A query reads the documents of each word, so many words make it
 * slow.
 */
const maxWords = 2000;
const maxPhrase = 100;

/** Maximum comparisons without an index per query. SQLite evaluates each of them for every document. */
const maxComparisons = 200;

class TermCompiler {
  readonly wanted: Wanted[] = [];
  readonly #fieldOf: FieldOf;
  readonly #parameter: string;
  #terms = 0;
  #words = 0;
  #comparisons = 0;

  constructor(fieldOf: FieldOf, parameter: string) {
    this.#fieldOf = fieldOf;
    this.#parameter = parameter;
  }

  compile(term: unknown, isWanted: boolean, depth: number): Plan {
    if (depth > maxNesting) return this.refuse('The terms are nested too deeply');
    if (++this.#terms > maxTerms) return this.refuse(`The query has more than ${maxTerms} terms`);
    if (typeof term !== 'object' || term === null)
      return this.refuse('A term must be an object with one operator');
    const [entry, ...others] = Object.entries(term);
    if (!entry || others.length > 0) return this.refuse('A term must have exactly one operator');
    const [operator, operands] = entry as [string, unknown];
    switch (operator) {
      case 'and':
        return allOf(this.#all(operands, isWanted, depth));
      case 'or':
        return anyOf(this.#all(operands, isWanted, depth));
      case 'and_not':
        return excluding(this.#all(operands, !isWanted, depth));
      case 'text_contains': {
        const [field, value] = this.#variable(operator, operands);
        return this.contains(field, value, isWanted);
      }
      case 'in': {
        const [field, value] = this.#variable(operator, operands);
        return plain(isIn(field, Array.isArray(value) ? value : [value], this.refuse));
      }
      case 'exists': {
        const [field] = this.#variable(operator, operands);
        if (field.exists !== undefined) return plain({ text: field.exists, values: [] });
        return plain({ text: `${field.sql.text} IS NOT NULL`, values: field.sql.values });
      }
      case '>':
      case '<': {
        const [field, value] = this.#variable(operator, operands);
        this.#countComparisons(1);
        return plain(compare(field, operator, value, this.refuse));
      }
      default:
        return this.refuse(`'${operator}' is not an operator`);
    }
  }

  contains(field: SearchField, value: unknown, isWanted: boolean): Plan {
    if (typeof value !== 'string') return this.refuse("'text_contains' needs a string");
    const column = field.fullText;
    if (column === undefined) {
      const words = value
        .replaceAll('"', ' ')
        .split(/\s+/)
        .filter((word) => word !== '');
      this.#countComparisons(words.length);
      // Use instr() and not LIKE, because LIKE limits the length of its pattern.
      const text = `instr(lower(${field.sql.text}), lower(?)) > 0`;
      return plain(
        combine(
          'AND',
          words.map((word) => ({ text, values: [...field.sql.values, word] })),
        ),
      );
    }
    const parts = textParts(value);
    for (const { phrase } of parts) {
      this.#words += phrase.wordCount;
      if (phrase.wordCount > maxPhrase) return this.refuse(`A phrase has more than ${maxPhrase} words`);
    }
    if (this.#words > maxWords) return this.refuse(`The query has more than ${maxWords} words`);
    const last = parts.at(-1);
    // The index contains no punctuation, so punctuation alone finds nothing.
    if (!last) return plain({ text: '0', values: [] });
    const expression = inColumn(column, parts);
    if (isWanted) {
      const phrases = parts.map(({ phrase }) => phrase);
      this.wanted.push({ column, expression, phrases, lastWord: last.text });
    }
    return matching(expression);
  }

  /** Rejects the query. It is an arrow function, so that it can be passed as a callback. */
  readonly refuse = (message: string): never => {
    throw schemaViolation('body', this.#parameter, message);
  };

  field(name: unknown, message: string): SearchField {
    if (typeof name !== 'string') return this.refuse(message);
    return this.#fieldOf(name) ?? this.refuse(`'${name.slice(0, 200)}' is not a field`);
  }

  #countComparisons(count: number): void {
    this.#comparisons += count;
    if (this.#comparisons > maxComparisons)
      this.refuse(
        `The query has more than ${maxComparisons} comparisons, including words in fields without a full-text index`,
      );
  }

  #all(operands: unknown, isWanted: boolean, depth: number): Plan[] {
    if (!Array.isArray(operands)) return this.refuse('and, or and and_not need an array of terms');
    return operands.map((operand) => this.compile(operand, isWanted, depth + 1));
  }

  #variable(operator: string, operands: unknown): [SearchField, unknown] {
    const [first, value] = Array.isArray(operands) ? (operands as unknown[]) : [];
    const name: unknown =
      typeof first === 'object' && first !== null && 'var' in first ? first.var : undefined;
    return [this.field(name, `'${operator}' needs [{"var": field}, value]`), value];
  }
}

/**
 * Compiles the parameter `advanced`, whose top level must be exactly `and` (docs/onna-api.md §6).
 * @param fieldOf Resolves field names. Default: {@link searchField}.
 * @throws Refusal 412 that describes the error
 */
export function compileAdvanced(advanced: unknown, fieldOf: FieldOf = searchField): CompiledTerms {
  const compiler = new TermCompiler(fieldOf, 'advanced');
  if (advanced === undefined) return { where: always, plan: plain(always), wanted: [] };
  const isAnd = typeof advanced === 'object' && advanced !== null && Object.keys(advanced).join() === 'and';
  if (!isAnd) return compiler.refuse("The top level must be exactly 'and'");
  const plan = compiler.compile(advanced, true, 0);
  return { where: plan.full, plan, wanted: compiler.wanted };
}

/**
 * Compiles the parameter `terms`. Searches each term in the field given by its `term_type`. All terms must
 * match.
 * @throws Refusal 412 that describes the error
 */
export function compileTyped(
  terms: readonly { readonly term: string; readonly term_type: string }[],
): CompiledTerms {
  const compiler = new TermCompiler(searchField, 'terms');
  const plan = allOf(
    terms.map(({ term, term_type: type }) =>
      compiler.contains(compiler.field(type, 'A term_type must be the name of a field'), term, true),
    ),
  );
  return { where: plan.full, plan, wanted: compiler.wanted };
}

/** Combines compiled terms with AND. */
export function together(compiled: readonly CompiledTerms[]): CompiledTerms {
  const plan = allOf(compiled.map((part) => part.plan));
  return { where: plan.full, plan, wanted: compiled.flatMap(({ wanted }) => wanted) };
}
