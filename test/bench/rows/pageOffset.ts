import { childrenOfPage, pageTimes } from '../childrenPages.ts';
import { quickResources } from '../generatedResources.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const maxTimesEachOther = 1.2;

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const total = bench.size(1_000_000, quickResources);
  const { first, last, walked } = await pageTimes(bench, total);
  const ratio = median(last) / median(first);
  const offset = (total - childrenOfPage).toLocaleString('en');
  return [
    {
      figure: `sandbox: a page of ${childrenOfPage} children at offset ${offset} of ${total.toLocaleString('en')}`,
      ours: { value: median(last), unit: 'ms' },
      against: { value: median(first), unit: 'ms', of: 'at offset 0' },
      ratio,
      goal: `≤ ${maxTimesEachOther} × (each other)`,
      pass: Math.max(ratio, 1 / ratio) <= maxTimesEachOther,
      note: `Over HTTP on one connection. Medians of ${first.length} requests each, measured alternately. The last page is requested with the cursor from a walk through the ${walked.toLocaleString('en')} pages before it. Each request for the first page begins a new listing.`,
      samples: { firstMs: first, lastMs: last },
    },
  ];
}

/** Whether a page costs the same at any offset. */
export const pageOffset: Row = { name: 'pageOffset', measure };
