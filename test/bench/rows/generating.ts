import { childrenOfPage, pageTimes } from '../childrenPages.ts';
import { signedInClient } from '../modelClient.ts';
import { peakMemory } from '../peakMemory.ts';
import type { Figure, Quantity, Row } from '../row.ts';
import type { SandboxProcess } from '../../support/sandbox.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const total = 1_000_000;
const maxGeneratingMs = 120_000;

/** Queries for words and phrases in the generated texts. Some match all texts, some match few texts. */
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

/** Sends each query once, so that no result is cached. @returns the duration of each query, in ms */
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
      note: 'One measurement, from the start of the sandbox process until the sandbox listens.',
    },
    ...(peak === undefined
      ? []
      : [
          figureOf(
            'peak memory during generation',
            { value: peak, unit: 'bytes' },
            'VmHWM of the process, including the memory-mapped file.',
          ),
        ]),
    figureOf(
      `first page of ${childrenOfPage} Resources`,
      { value: median(pages.first), unit: 'ms' },
      `Median of ${pages.first.length} requests.`,
    ),
    figureOf(
      `page ${(total / childrenOfPage).toLocaleString('en')} (${childrenOfPage} Resources per page)`,
      { value: median(pages.last), unit: 'ms' },
      `Median of ${pages.last.length} requests. The requests for the previous pages took ${(pages.walkMs / pages.walked).toFixed(1)} ms per page.`,
    ),
    figureOf(
      'full-text search',
      { value: median(searches), unit: 'ms', of: `slowest ${Math.max(...searches).toFixed(0)} ms` },
      `Median of ${queries.length} different queries, each sent once: ${queries.join(', ')}.`,
      searches,
    ),
  ];
}

/** Measures the generation of 1,000,000 Resources in a sandbox, and the response times of the sandbox afterwards. */
export const generating: Row = { name: 'generating', measure };
