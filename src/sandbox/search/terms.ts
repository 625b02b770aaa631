import { schemaViolation } from '../http/refusals.ts';
import { combine, searchField } from './conditions.ts';
import type { SearchField, Sql } from './conditions.ts';
import { fullTextExpression, inColumn } from './fullText.ts';

/** What terms come to. */
export interface CompiledTerms {
  readonly where: Sql;
  /** What is to be shown as found, by column; what is excluded is not in it. Each entry an FTS5 expression. */
  readonly wanted: readonly { readonly column: string; readonly expression: string }[];
}

/** Deeper than any query that a person builds, and no trouble for the stack. */
const deepestNesting = 40;

/** Each can hold several placeholders, of which SQLite has a limited number. */
const mostTerms = 2000;

type Operand = string | number | boolean;

function refuse(message: string): never {
  throw schemaViolation('body', 'advanced', message);
}

/** What a name stands for; undefined when it is no field's. */
type FieldOf = (name: string) => SearchField | undefined;

function variable(fieldOf: FieldOf, operator: string, operands: unknown): [SearchField, unknown] {
  const [first, value] = Array.isArray(operands) ? (operands as unknown[]) : [];
  const name: unknown = typeof first === 'object' && first !== null && 'var' in first ? first.var : undefined;
  if (typeof name !== 'string') return refuse(`'${operator}' takes [{"var": field}, value]`);
  const field = fieldOf(name);
  if (!field) return refuse(`'${name}' is no field`);
  return [field, value];
}

function isOperand(value: unknown): value is Operand {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Dates are stored in seconds. Scripts send epoch seconds, ms or a date (API notes §6). */
function comparable(field: SearchField, value: Operand): string | number {
  if (field.isMs === true) {
    const ms = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof ms === 'number' && Number.isFinite(ms) ? ms : refuse(`'${value}' is no epoch ms`);
  }
  if (typeof value === 'boolean') return Number(value);
  if (!field.isDate) return value;
  const number = typeof value === 'number' ? value : Number(value);
  if (!Number.isNaN(number)) return number > 100_000_000_000 ? number / 1000 : number;
  const ms = Date.parse(String(value));
  if (Number.isNaN(ms)) return refuse(`'${value}' is not a date`);
  return ms / 1000;
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

class TermCompiler {
  readonly wanted: { column: string; expression: string }[] = [];
  readonly #fieldOf: FieldOf;
  #terms = 0;

  constructor(fieldOf: FieldOf) {
    this.#fieldOf = fieldOf;
  }

  compile(term: unknown, isWanted: boolean, depth: number): Sql {
    if (depth > deepestNesting) return refuse('Nested too deep');
    if (++this.#terms > mostTerms) return refuse(`More than ${mostTerms} terms`);
    if (typeof term !== 'object' || term === null) return refuse('A term is an object with one operator');
    const [entry, ...others] = Object.entries(term);
    if (!entry || others.length > 0) return refuse('A term has exactly one operator');
    const [operator, operands] = entry as [string, unknown];
    switch (operator) {
      case 'and':
        return combine('AND', this.#all(operands, isWanted, depth));
      case 'or':
        return combine('OR', this.#all(operands, isWanted, depth));
      case 'and_not': {
        const excluded = combine('OR', this.#all(operands, !isWanted, depth));
        // A field that is not there excludes nothing.
        return { text: `NOT ifnull(${excluded.text}, 0)`, values: excluded.values };
      }
      case 'text_contains':
        return this.#contains(operands, isWanted);
      case 'in':
        return isIn(this.#fieldOf, operands);
      case 'exists': {
        const [field] = variable(this.#fieldOf, operator, operands);
        return { text: `${field.sql.text} IS NOT NULL`, values: field.sql.values };
      }
      case '>':
      case '<':
        return compare(this.#fieldOf, operator, operands);
      default:
        return refuse(`'${operator}' is no operator`);
    }
  }

  #all(operands: unknown, isWanted: boolean, depth: number): Sql[] {
    if (!Array.isArray(operands)) return refuse('and, or, and_not take an array of terms');
    return operands.map((operand) => this.compile(operand, isWanted, depth + 1));
  }

  #contains(operands: unknown, isWanted: boolean): Sql {
    const [field, value] = variable(this.#fieldOf, 'text_contains', operands);
    if (typeof value !== 'string') return refuse("'text_contains' takes a string");
    if (field.fullText === undefined) {
      const words = value
        .replaceAll('"', ' ')
        .split(/\s+/)
        .filter((word) => word !== '');
      return combine(
        'AND',
        words.map((word) => ({
          text: String.raw`${field.sql.text} LIKE ? ESCAPE '\'`,
          values: [...field.sql.values, `%${escapeLike(word)}%`],
        })),
      );
    }
    const expression = fullTextExpression(value);
    // Punctuation alone is in no text that the index knows.
    if (expression === undefined) return { text: '0', values: [] };
    if (isWanted) this.wanted.push({ column: field.fullText, expression });
    return {
      text: 'd.id IN (SELECT rowid FROM text_index WHERE text_index MATCH ?)',
      values: [inColumn(field.fullText, expression)],
    };
  }
}

function isIn(fieldOf: FieldOf, operands: unknown): Sql {
  const [field, value] = variable(fieldOf, 'in', operands);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!values.every(isOperand)) return refuse("'in' takes a list of values");
  const wanted = values.map((operand) => comparable(field, operand));
  // As JSON: one placeholder, however many values.
  return {
    text: `${field.sql.text} IN (SELECT value FROM json_each(?))`,
    values: [...field.sql.values, JSON.stringify(wanted)],
  };
}

function compare(fieldOf: FieldOf, operator: '>' | '<', operands: unknown): Sql {
  const [field, value] = variable(fieldOf, operator, operands);
  if (!isOperand(value)) return refuse(`'${operator}' takes a value`);
  const operand = comparable(field, value);
  // A number is never less or more than a text: SQLite would order them by type.
  const sameType = typeof operand === 'number' ? "IN ('integer', 'real')" : "= 'text'";
  return {
    text: `(typeof(${field.sql.text}) ${sameType} AND ${field.sql.text} ${operator} ?)`,
    values: [...field.sql.values, ...field.sql.values, operand],
  };
}

/**
 * Compiles `advanced`, whose top level is exactly `and` (API notes §6).
 * @param fieldOf What names stand for; default: the fields of search.
 * @throws Refusal 412 naming what is wrong
 */
export function compileAdvanced(advanced: unknown, fieldOf: FieldOf = searchField): CompiledTerms {
  if (advanced === undefined) return { where: { text: '1', values: [] }, wanted: [] };
  const isAnd = typeof advanced === 'object' && advanced !== null && Object.keys(advanced).join() === 'and';
  if (!isAnd) return refuse("The top level has to be exactly 'and'");
  const compiler = new TermCompiler(fieldOf);
  return { where: compiler.compile(advanced, true, 0), wanted: compiler.wanted };
}
