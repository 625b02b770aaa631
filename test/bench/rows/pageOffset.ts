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
      against: { value: median(first), unit: 'ms', of: 'the page at offset 0' },
      ratio,
      goal: `at most ${maxTimesEachOther} × faster or slower`,
      pass: Math.max(ratio, 1 / ratio) <= maxTimesEachOther,
      note: `Over HTTP on one connection. Medians of ${first.length} requests for each page, sent alternately. The cursor for the last page comes from a walk through the ${walked.toLocaleString('en')} previous pages. Each request for the first page starts a new scroll.`,
      samples: { firstMs: first, lastMs: last },
    },
  ];
}

/** Compares the duration of requests for the first and the last page of a large Datasource. */
export const pageOffset: Row = { name: 'pageOffset', measure };
