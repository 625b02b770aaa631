import type { PagedItem, Pages } from './exchange.ts';
import type { Fault, FaultContext } from './fault.ts';

function paged(
  name: string,
  page: (pages: Pages, context: FaultContext) => { items: readonly PagedItem[]; next: string | null },
  kinds?: Fault['kinds'],
): Fault {
  return {
    name,
    needsPages: true,
    ...(kinds && { kinds }),
    answer: (context) => {
      const { pages, response } = context;
      if (!pages) throw new Error('The fault needs a paged endpoint.');
      const { items, next } = page(pages, context);
      const { status, contentType, body } = pages.render(items, next);
      response.writeHead(status, { 'content-type': contentType }).end(body);
    },
  };
}

/** Returns the page that a service without a fault would send. */
function proper({ items, start, size }: Pages): { items: readonly PagedItem[]; next: string | null } {
  return {
    items: items.slice(start, start + size),
    next: start + size < items.length ? String(start + size) : null,
  };
}

/** Returns the correct page with changed items. */
function altered(
  pages: Pages,
  change: (item: PagedItem, index: number) => PagedItem,
): ReturnType<typeof proper> {
  const { items, next } = proper(pages);
  return { items: items.map(change), next };
}

/** Faults of paging (docs/onna-api.md §5 and §14). */
export const pageFaults: readonly Fault[] = [
  paged('an endless cursor with empty pages', (pages) => ({
    items: proper(pages).items,
    next: String(pages.start + pages.size),
  })),
  paged('an endless cursor that repeats the first page', ({ items, size }) => ({
    items: items.slice(0, size),
    next: '0',
  })),
  paged('an endless cursor with new items on each page', ({ items, start, size }) => ({
    items: Array.from({ length: Math.min(size, 10) }, (_, index) => items[0]?.numbered(start + index)).filter(
      (item) => item !== undefined,
    ),
    next: String(start + size),
  })),
  paged('each page sent twice', ({ items, start, size }) => {
    const page = Math.floor(start / size / 2);
    return {
      items: items.slice(page * size, page * size + size),
      next: (page + 1) * size < items.length || start % (2 * size) === 0 ? String(start + size) : null,
    };
  }),
  paged('pages with fewer items than requested', (pages) => {
    const { items, start } = pages;
    return {
      items: items.slice(start, start + 1),
      next: start + 1 < items.length ? String(start + 1) : null,
    };
  }),
  paged('an empty page between full pages', ({ items, start, size }) => {
    const page = start / size;
    const from = page < 1 ? start : start - size;
    return {
      items: page === 1 ? [] : items.slice(from, from + size),
      next: from + size < items.length || page < 2 ? String(start + size) : null,
    };
  }),
  paged('overlapping pages', ({ items, start, size }) => ({
    items: items.slice(Math.max(0, start - 1), start + size),
    next: start + size < items.length ? String(start + size) : null,
  })),
  paged('each @id twice on a page', (pages) => {
    const { items, next } = proper(pages);
    return { items: [...items, ...items], next };
  }),
  paged('one item without an @id', (pages) =>
    altered(pages, (item, index) => (index === 0 ? item.withId(undefined) : item)),
  ),
  paged('all items without an @id', (pages) => altered(pages, (item) => item.withId(undefined)), ['decode']),
  paged('an @id with another host', (pages, { elsewhere }) =>
    altered(pages, (item) => {
      const { json } = item;
      const id =
        typeof json === 'object' && json !== null && '@id' in json ? String(json['@id']) : String(json);
      const path = id.replace(/^.*\/api\/rel0\/lumenfjord/, '');
      return item.withId(`${elsewhere}/api/rel0/lumenfjord${path}`);
    }),
  ),
];
