import type { PagedItem, Pages } from './exchange.ts';
import type { Fault, FaultContext } from './fault.ts';

function paged(
  name: string,
  page: (pages: Pages, context: FaultContext) => { items: readonly PagedItem[]; next: string | null },
): Fault {
  return {
    name,
    needsPages: true,
    answer: (context) => {
      const { pages, response } = context;
      if (!pages) throw new Error('this is not a listing');
      const { items, next } = page(pages, context);
      const { status, contentType, body } = pages.render(items, next);
      response.writeHead(status, { 'content-type': contentType }).end(body);
    },
  };
}

/** The correct page. */
function proper({ items, start, size }: Pages): { items: readonly PagedItem[]; next: string | null } {
  return {
    items: items.slice(start, start + size),
    next: start + size < items.length ? String(start + size) : null,
  };
}

/** The correct page, with other items. */
function altered(
  pages: Pages,
  change: (item: PagedItem, index: number) => PagedItem,
): ReturnType<typeof proper> {
  const { items, next } = proper(pages);
  return { items: items.map(change), next };
}

/** Faults of paging (docs/onna-api.md §5 and §14). */
export const pageFaults: readonly Fault[] = [
  paged('a cursor without end, over empty pages', (pages) => ({
    items: proper(pages).items,
    next: String(pages.start + pages.size),
  })),
  paged('a cursor without end, over the same page', ({ items, size }) => ({
    items: items.slice(0, size),
    next: '0',
  })),
  paged('a cursor without end, over ever new items', ({ items, start, size }) => ({
    items: Array.from({ length: Math.min(size, 10) }, (_, index) => items[0]?.numbered(start + index)).filter(
      (item) => item !== undefined,
    ),
    next: String(start + size),
  })),
  paged('every page twice', ({ items, start, size }) => {
    const page = Math.floor(start / size / 2);
    return {
      items: items.slice(page * size, page * size + size),
      next: (page + 1) * size < items.length || start % (2 * size) === 0 ? String(start + size) : null,
    };
  }),
  paged('short pages', (pages) => {
    const { items, start } = pages;
    return {
      items: items.slice(start, start + 1),
      next: start + 1 < items.length ? String(start + 1) : null,
    };
  }),
  paged('an empty page in between', ({ items, start, size }) => {
    const page = start / size;
    const from = page < 1 ? start : start - size;
    return {
      items: page === 1 ? [] : items.slice(from, from + size),
      next: from + size < items.length || page < 2 ? String(start + size) : null,
    };
  }),
  paged('pages that overlap', ({ items, start, size }) => ({
    items: items.slice(Math.max(0, start - 1), start + size),
    next: start + size < items.length ? String(start + size) : null,
  })),
  paged('the same @id twice', (pages) => {
    const { items, next } = proper(pages);
    return { items: [...items, ...items], next };
  }),
  paged('an @id that is missing', (pages) =>
    altered(pages, (item, index) => (index === 0 ? item.withId(undefined) : item)),
  ),
  paged('no @id at all', (pages) => altered(pages, (item) => item.withId(undefined))),
  paged('an @id on another host', (pages, { elsewhere }) =>
    altered(pages, (item) => {
      const { json } = item;
      const id =
        typeof json === 'object' && json !== null && '@id' in json ? String(json['@id']) : String(json);
      const path = id.replace(/^.*\/api\/rel0\/lumenfjord/, '');
      return item.withId(`${elsewhere}/api/rel0/lumenfjord${path}`);
    }),
  ),
];
