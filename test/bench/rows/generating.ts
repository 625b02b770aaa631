import { childrenOfPage, pageTimes } from '../childrenPages.ts';
import { signedInClient } from '../modelClient.ts';
import { peakMemory } from '../peakMemory.ts';
import type { Figure, Quantity, Row } from '../row.ts';
import type { SandboxProcess } from '../../support/sandbox.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const total = 1_000_000;
const maxGeneratingMs = 120_000;

/** Words and phrases from the generated texts. Some occur in every text, others in only a few. */
const queries = [
  'berth',
  'timber',
  '"wind turbine blades"',
  '"fuel pier" cement',
  'Ines Carvalho',
  'gale warning',
  'corvina grain',
  '"low water"',
  'pilot',
  'nordlys salt',
];

/** Time of each query's first response, in ms. No query was sent before. */
async function searchTimes({ connection }: SandboxProcess): Promise<number[]> {
  const ours = await signedInClient(connection);
  const times: number[] = [];
  try {
    for (const query of queries) {
      const advanced = { and: [{ text_contains: [{ var: 'extracted_text' }, query] }] };
      const started = performance.now();
      await ours.client.frontsearch('', { advanced, from: 0, size: 50 });
      times.push(performance.now() - started);
    }
    return times;
  } finally {
    await ours.close();
  }
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  if (bench.quick) return [];
  const sandbox = await bench.sandbox('--generate', String(total));
  const generatingMs = sandbox.startMs;
  const peak = await peakMemory(sandbox.process.child.pid);
  const searches = await searchTimes(sandbox);
  const pages = await pageTimes(bench, total);
  const name = total.toLocaleString('en');
  const figureOf = (
    figure: string,
    ours: Quantity,
    note: string,
    samples: readonly number[] = [],
  ): Figure => ({
    ...{ figure: `sandbox with ${name} Resources: ${figure}`, ours, note },
    ...{ goal: '–', pass: true, samples: { ms: samples } },
  });
  return [
    {
      figure: `sandbox: --generate ${total}`,
      ours: { value: generatingMs, unit: 'ms' },
      goal: `< ${maxGeneratingMs / 1_000} s`,
      pass: generatingMs < maxGeneratingMs,
      note: 'One measurement: the start of the sandbox until it listens.',
    },
    ...(peak === undefined
      ? []
      : [
          figureOf(
            'peak memory while generating them',
            { value: peak, unit: 'bytes' },
            'VmHWM, including the mapped file.',
          ),
        ]),
    figureOf(
      `a page of ${childrenOfPage}`,
      { value: median(pages.first), unit: 'ms', of: 'at offset 0' },
      `Median of ${pages.first.length} requests.`,
    ),
    figureOf(
      `page ${(total / childrenOfPage).toLocaleString('en')} of ${childrenOfPage}`,
      { value: median(pages.last), unit: 'ms' },
      `Median of ${pages.last.length} requests. The walk to it took ${(pages.walkMs / pages.walked).toFixed(1)} ms per page.`,
    ),
    figureOf(
      'a search of their text',
      { value: median(searches), unit: 'ms', of: `slowest ${Math.max(...searches).toFixed(0)} ms` },
      `Median of ${queries.length} different queries, each sent once: ${queries.join(', ')}.`,
      searches,
    ),
  ];
}

/** Generating a million Resources and working with them. */
export const generating: Row = { name: 'generating', measure };
