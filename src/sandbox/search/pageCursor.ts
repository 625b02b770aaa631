import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { schemaViolation } from '../http/refusals.ts';
import type { Place, SortOrder } from './ordering.ts';
import type { CompiledTerms } from './terms.ts';

const cursorSchema = v.object({ of: v.string(), after: v.array(v.union([v.string(), v.number()])) });

/**
 * Computes a hash of a query and its sort order. Each cursor contains this hash, because the cursor is valid
 * only for the same query and order.
 */
export function cursorOwner({ where, wanted }: CompiledTerms, sort: SortOrder | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([where.text, where.values, wanted, sort ?? null]))
    .digest('base64url')
    .slice(0, 16);
}

/** Encodes a place as a cursor. The server stores nothing for a cursor, so it never expires. */
export function cursorOf(owner: string, after: Place): string {
  return Buffer.from(JSON.stringify({ of: owner, after })).toString('base64url');
}

/** @throws Refusal 412 if the text is not a cursor, or if the cursor belongs to another query */
export function placeOf(cursor: string, owner: string): Place {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    content = undefined;
  }
  const parsed = v.safeParse(cursorSchema, content);
  if (!parsed.success) throw schemaViolation('body', 'cursor', 'This is not a cursor');
  if (parsed.output.of !== owner)
    throw schemaViolation('body', 'cursor', 'This cursor belongs to another query');
  return parsed.output.after;
}
