import type { Serializer } from '../content/serializer.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import type { Found, Searcher } from './searcher.ts';

/** The fields of a hit that the client requests. */
interface HitFields {
  /** If empty, a hit has all fields except metadata fields, which must be requested by name. */
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** Fields that every hit has, even if the client does not request them. */
const identity = new Set(['@id', '@uid', '@name']);

/** Converts found documents to the service's JSON. */
export class Hits {
  readonly #searcher: Searcher;
  readonly #serializer: Serializer;

  constructor(searcher: Searcher, serializer: Serializer) {
    this.#searcher = searcher;
    this.#serializer = serializer;
  }

  hit(found: Found, base: string, { includes, excludes }: HitFields): Record<string, unknown> {
    const known: Record<string, unknown> = {
      '@id': this.#serializer.id(base, found.path),
      '@uid': found.uid,
      '@name': found.path.slice(found.path.lastIndexOf('/') + 1),
      '@type': found.typeName,
      title: found.title,
      type_name: found.typeName,
      path: found.path,
      date_modified: isoFromMicros(found.dateModified * 1_000_000),
      extension: found.extension,
      content_type: found.contentType,
      ...(found.datasource ? { parent_datasource: found.datasource } : {}),
    };
    const wanted = new Set(includes.map((name) => name.split('.')[0] ?? ''));
    const metadataNames = [...wanted].filter((name) => !Object.hasOwn(known, name));
    const metadata = metadataNames.length > 0 ? this.#searcher.fields(found.id) : {};
    return Object.fromEntries(
      [
        ...Object.entries(known).filter(
          ([name]) => identity.has(name) || includes.length === 0 || wanted.has(name),
        ),
        ...Object.entries(metadata).filter(([name]) => metadataNames.includes(name)),
      ].filter(([name]) => identity.has(name) || !excludes.includes(name)),
    );
  }
}
