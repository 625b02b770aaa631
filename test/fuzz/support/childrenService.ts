import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OnnaError } from '../../../src/onna/errors.ts';
import type { TransportRequest } from '../../../src/onna/transport/transport.ts';
import { address } from './bodies.ts';
import type { MemoryAnswer } from './memoryTransport.ts';

/** The behavior of the service for one page. */
export interface PageEvent {
  /** Maximum number of rows on the page. */
  readonly most: number;
  /** Whether the service sends the previous page again and does not advance. */
  readonly repeat: boolean;
  /** Number of rows at the start of this page that repeat the end of the previous page. */
  readonly overlap: number;
  /** A row that is added or removed before the service builds the page. `at` is the position of the row. */
  readonly change: { readonly kind: 'none' | 'add' | 'remove'; readonly at: number };
  /** The response if the scroll has expired; `no` if the scroll has not expired. */
  readonly expired: 'no' | 404 | 500 | 412;
  /** Whether the response is lost: 502 if a gateway failed, `broken` if the connection was reset. */
  readonly lost: 'no' | 502 | 'broken';
}

/** The ways in which a service can mark the end of the list. */
const ends = [
  ...(['null', 'absent', 'empty text', 'empty page', 'empty page without cursor'] as const),
  ...(['never', 'over again'] as const),
] as const;

/** The paging behavior of a service, with each detail that docs/onna-api.md §5 does not specify. */
export interface Habits {
  readonly rows: number;
  /** Whether all rows have generated ids. If so, the client also requests titles. */
  readonly opaque: boolean;
  /** The number of the only row with a generated id; undefined if there is none. */
  readonly opaqueRow: number | undefined;
  readonly dataView: 'works' | 'absent';
  /** Where the service reads parameters: in the query string, or in the body of a GET or POST request. */
  readonly reads: 'query' | 'GET' | 'POST';
  readonly otherwise: 'ignores' | 'refuses';
  readonly refusal: 404 | 405 | 412;
  /** Maximum rows per page if `size` is `asked`; number of rows per page if `size` is `own`. */
  readonly limit: number;
  readonly size: 'asked' | 'own';
  /** `frozen`: a scroll returns a snapshot. `live`: a scroll includes later changes. */
  readonly scroll: 'frozen' | 'live';
  readonly cursor: 'constant' | 'fresh';
  readonly end: (typeof ends)[number];
  /** The response to a request without parameters: a new scroll, or a first page without a cursor. */
  readonly unasked: 'scroll' | 'first page only';
  /** Whether the service reports the number of rows in `@size` and in the list of Datasources. */
  readonly counts: boolean;
  readonly expiredLate: 404 | 500 | 'empty page';
  readonly shapes: readonly (
    'path' | 'account' | 'prefixed' | 'api' | 'url' | 'elsewhere' | 'object' | 'pathObject'
  )[];
  /** Unreadable entries, which the service appends to the rows of a page. */
  readonly rubbish: readonly unknown[];
  readonly events: readonly PageEvent[];
}

/** Time after which an unused scroll expires, in ms. */
export const keepAliveMs = 60_000;

/** Normal behavior for one page. */
export const quiet: PageEvent = {
  ...{ most: 100, repeat: false, overlap: 0, change: { kind: 'none', at: 0 } },
  ...{ expired: 'no', lost: 'no' },
};

const pageEvent: fc.Arbitrary<PageEvent> = fc.oneof(
  fc.constant(quiet),
  fc.record({
    most: fc.integer({ min: 1, max: 4 }),
    repeat: fc.boolean(),
    overlap: fc.nat(2),
    change: fc.record({ kind: fc.constantFrom('none', 'add', 'remove'), at: fc.nat(40) }),
    expired: fc.constantFrom<PageEvent['expired'][]>('no', 'no', 'no', 'no', 404, 500, 412),
    lost: fc.constantFrom<PageEvent['lost'][]>('no', 'no', 'no', 'no', 502, 'broken'),
  }),
);

export const habits: fc.Arbitrary<Habits> = fc
  .record({
    rows: fc.nat(24),
    opaque: fc.boolean(),
    opaqueRow: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
    dataView: fc.constantFrom('works', 'absent'),
    reads: fc.constantFrom('query', 'query', 'GET', 'POST'),
    otherwise: fc.constantFrom('ignores', 'refuses'),
    refusal: fc.constantFrom(404, 405, 412),
    limit: fc.constantFrom(1, 2, 3, 5, 8, 100),
    size: fc.constantFrom('asked', 'asked', 'own'),
    scroll: fc.constantFrom('frozen', 'live'),
    cursor: fc.constantFrom('constant', 'fresh'),
    end: fc.constantFrom(...ends),
    unasked: fc.constantFrom('scroll', 'first page only'),
    counts: fc.boolean(),
    expiredLate: fc.constantFrom<Habits['expiredLate'][]>(404, 500, 'empty page'),
    shapes: fc.array(
      fc.constantFrom('path', 'account', 'prefixed', 'api', 'url', 'elsewhere', 'object', 'pathObject'),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    rubbish: fc.array(fc.constantFrom<unknown>(null, 7, '', 'no path', {}, [], '/a/../b'), { maxLength: 2 }),
    events: fc.array(pageEvent, { maxLength: 12 }),
  })
  // Without a count, the client cannot distinguish a first page without a cursor from the full list.
  .map((of) => ({ ...of, counts: of.counts || of.unasked === 'first page only' }));

/** Returns normal paging behavior, with the exceptions in `other`. */
export function plainHabits(other: Partial<Habits>): Habits {
  return {
    ...{ opaqueRow: undefined, unasked: 'scroll', counts: false },
    ...{
      rows: 8,
      opaque: false,
      dataView: 'works',
      reads: 'query',
      otherwise: 'ignores',
      refusal: 404,
      limit: 100,
    },
    ...{ size: 'asked', scroll: 'frozen', cursor: 'constant', end: 'null', expiredLate: 404 },
    ...{ shapes: ['path'], rubbish: [], events: [] },
    ...other,
  };
}

interface Scroll {
  /** The rows of the snapshot; undefined if the scroll includes later changes. */
  readonly rows: readonly number[] | undefined;
  /** The number of the last row sent. Rows are sorted by number. */
  last: number;
  /** The rows of the last page sent. */
  page: readonly number[];
  /** Number of consecutive repetitions of the last page. */
  repeated: number;
  /** Whether the client has received a page with the cursor of this scroll. */
  followed: boolean;
  usedAt: number;
  id: string;
}

/** A service with a given paging behavior. It records the rows that existed during a test. */
export class ChildrenService {
  readonly parent = '/ws/wiki';
  /** The rows that have existed since the first request. */
  readonly throughout: Set<number>;
  /** All rows that have existed at any time. */
  readonly ever: Set<number>;
  requests = 0;
  readonly #habits: Habits;
  readonly #now: () => number;
  /** The current rows, in ascending order. The number of a new row is between the numbers of its neighbors. */
  #rows: number[];
  readonly #scrolls = new Map<string, Scroll>();
  #event = 0;
  #made = 0;

  constructor(habits: Habits, now: () => number) {
    this.#habits = habits;
    this.#now = now;
    this.#rows = Array.from({ length: habits.rows }, (_, index) => index + 1);
    this.throughout = new Set(this.#rows);
    this.ever = new Set(this.#rows);
  }

  /** The number of rows that the list of Datasources reports. */
  get count(): number | undefined {
    return this.#habits.counts ? this.#rows.length : undefined;
  }

  path(row: number): string {
    const digits = String(Math.round(row * 2 ** 20)).padStart(32, '0');
    const isOpaque = this.#habits.opaque || this.#habits.opaqueRow === row;
    return `${this.parent}/${isOpaque ? digits : `page ${row}.html`}`;
  }

  answer(request: TransportRequest): MemoryAnswer {
    this.requests++;
    assert.ok(this.requests < 600, 'the client sends requests without end');
    const { reads, otherwise, dataView, counts } = this.#habits;
    if (request.url.pathname.endsWith('@size'))
      return counts ? json({ doc_count: this.#rows.length }) : refusal(404);
    const isData = request.url.pathname.endsWith('@getAllChildrenData');
    if (isData && dataView === 'absent') return refusal(404);
    const manner = request.method === 'POST' ? 'POST' : request.body === undefined ? 'query' : 'GET';
    if (manner !== reads && otherwise === 'refuses') return refusal(this.#habits.refusal);
    // If the service reads the query string, it does so for both GET and POST requests.
    const sent = new Map(
      reads === 'query'
        ? request.url.searchParams
        : manner === reads
          ? Object.entries(JSON.parse(String(request.body ?? '{}')) as Record<string, unknown>)
          : [],
    );
    const { limit } = this.#habits;
    const asked = this.#habits.size === 'own' ? limit : Number(sent.get('page_size') ?? limit);
    const size = Math.min(asked, limit);
    const event = sent.size > 0 ? (this.#habits.events[this.#event++] ?? quiet) : quiet;
    if (sent.size === 0 && this.#habits.unasked === 'first page only')
      return json({ items: this.#rows.slice(0, limit).map((row, index) => this.#item(row, index, isData)) });
    return this.#page(sent.has('scroll') ? String(sent.get('scroll')) : undefined, size, isData, event);
  }

  #page(cursor: string | undefined, size: number, isData: boolean, event: PageEvent): MemoryAnswer {
    let scroll = cursor === undefined ? undefined : this.#scrolls.get(cursor);
    // Before the client has followed a cursor, it cannot distinguish a new page from a repeated or changed first page.
    const isUnderstood = scroll?.followed === true;
    if (isUnderstood) this.#change(event.change);
    if (cursor === undefined) {
      const id = `scroll ${isData ? 'data ' : ''}${this.#made++}`;
      const rows = this.#habits.scroll === 'frozen' ? [...this.#rows] : undefined;
      scroll = { rows, last: 0, page: [], repeated: 0, followed: false, usedAt: this.#now(), id };
    } else {
      if (!scroll) return refusal(404);
      // A new scroll can expire only after idle time.
      if (event.expired !== 'no' && scroll.followed) {
        this.#scrolls.delete(cursor);
        return refusal(event.expired);
      }
      if (this.#now() - scroll.usedAt > keepAliveMs) {
        this.#scrolls.delete(cursor);
        const late = this.#habits.expiredLate;
        return late === 'empty page' ? json({ items: [], cursor: null }) : refusal(late);
      }
    }
    scroll.usedAt = this.#now();
    // At most two repetitions, because the client treats more repetitions as the end of the list.
    const mayRepeat = isUnderstood || this.#habits.reads === 'query';
    const repeats = mayRepeat && event.repeat && scroll.page.length > 0 && scroll.repeated < 2;
    scroll.repeated = repeats ? scroll.repeated + 1 : 0;
    if (!repeats && cursor !== undefined) scroll.followed = true;
    if (!repeats) this.#advance(scroll, Math.min(size, event.most), event.overlap);
    const answer = this.#sent(scroll, size, isData);
    if (!isUnderstood || event.lost === 'no') return answer;
    if (event.lost === 502) return refusal(502);
    throw new OnnaError({ kind: 'unreachable', host: 'onna.example.test', code: 'ECONNRESET' });
  }

  #advance(scroll: Scroll, size: number, overlap: number): void {
    const rows = scroll.rows ?? this.#rows;
    const next = rows.findIndex((row) => row > scroll.last);
    if (next < 0) {
      if (this.#habits.end === 'over again') scroll.page = rows.slice(0, size);
      else if (this.#habits.end !== 'never') scroll.page = [];
      scroll.last = scroll.page.at(-1) ?? scroll.last;
      return;
    }
    const start = Math.max(0, next - (scroll.last === 0 ? 0 : Math.min(overlap, size - 1)));
    scroll.page = rows.slice(start, start + size);
    scroll.last = scroll.page.at(-1) ?? scroll.last;
  }

  #sent(scroll: Scroll, size: number, isData: boolean): MemoryAnswer {
    const { end, cursor, rubbish } = this.#habits;
    const isLast = !(scroll.rows ?? this.#rows).some((row) => row > scroll.last);
    const items: unknown[] = scroll.page.map((row, index) => this.#item(row, index, isData));
    if (items.length > 0) items.push(...rubbish.slice(0, size - items.length));
    const byPage = /^empty page|never|over again/.test(end);
    if (isLast && !(byPage && items.length > 0)) {
      this.#scrolls.delete(scroll.id);
      if (end === 'absent') return json({ items });
      if (end === 'empty text') return json({ items, cursor: '' });
      if (end === 'empty page') return json({ items, cursor: scroll.id });
      return json({ items, cursor: null });
    }
    if (cursor === 'fresh') {
      this.#scrolls.delete(scroll.id);
      scroll.id = `${scroll.id.replace(/\+.*/, '')}+${this.#made++}`;
    }
    this.#scrolls.set(scroll.id, scroll);
    return json({ items, cursor: scroll.id });
  }

  #item(row: number, index: number, isData: boolean): unknown {
    const path = this.path(row);
    const { baseUrl, container, account } = address;
    const below = `/api/${container}/${account}${encodeURI(path)}`;
    const { shapes } = this.#habits;
    const shape = shapes[index % shapes.length] ?? 'path';
    if (isData) return { '@id': baseUrl + below, title: `Row ${row}` };
    switch (shape) {
      case 'path':
        return path;
      case 'account':
        return `/${account}${path}`;
      case 'api':
        return below;
      case 'prefixed':
        return `/${container}/${account}${path}`;
      case 'url':
        return baseUrl + below;
      case 'elsewhere':
        return `http://10.0.0.7:8080${below}`;
      case 'object':
        return { '@id': baseUrl + below };
      case 'pathObject':
        return { path };
    }
  }

  #change({ kind, at }: PageEvent['change']): void {
    if (kind === 'none') return;
    const index = at % (this.#rows.length + 1);
    const row = this.#rows[index];
    if (kind === 'remove') {
      if (row === undefined) return;
      this.throughout.delete(row);
      this.#rows = this.#rows.filter((other) => other !== row);
      return;
    }
    const before = this.#rows[index - 1] ?? 0;
    const between = (before + (row ?? before + 2)) / 2;
    this.ever.add(between);
    this.#rows.splice(index, 0, between);
  }
}

function json(body: unknown): MemoryAnswer {
  return { status: 200, body: JSON.stringify(body) };
}

function refusal(status: number): MemoryAnswer {
  const body = status === 500 ? { error: { message: 'x' }, eid: '4f1d' } : { reason: 'x' };
  return { status, body: JSON.stringify(body) };
}
