import fc from 'fast-check';

/** Number of cases per property in `npm test`. Fast properties have more cases. */
export const cases = {
  'decoders with random JSON': 8_000,
  'decoders with mutated responses': 14_000,
  'client calls with random responses': 5_000,
  'queries from random strings': 12_000,
  'queries with a known meaning': 12_000,
  'dates in queries': 5_000,
  'paths from random @ids': 8_000,
  'conversion of paths to URLs': 8_000,
  'URIs of rows and documents': 12_000,
  'paging through Resources': 5_000,
  'paging through Resources with a cancellation': 2_500,
  'paging through Resources with a lost response': 1_500,
  'the Datasource store': 8_000,
  'requests to the API of the sandbox': 5_000,
  'other requests to the sandbox': 2_000,
} as const;

/** Minimum total number of cases in `npm test`. */
const minCases = 100_000;

type Target = keyof typeof cases;

const seed = Number(process.env['ONNA_FUZZ_SEED'] ?? 20_210_609);
const times = Number(process.env['ONNA_FUZZ_TIMES'] ?? 1);

const counted = new Map<Target, number>();

/**
 * Checks a property with the number of cases in {@link cases}. `ONNA_FUZZ_SEED` sets the seed, and `ONNA_FUZZ_TIMES`
 * multiplies the number of cases. Without these variables, each run checks the same cases.
 * @param examples past counterexamples, which are checked first
 * @throws Error with the seed and the shrunk counterexample
 */
export async function fuzz<Ts>(
  target: Target,
  property: fc.IRawProperty<Ts>,
  examples: readonly Ts[] = [],
): Promise<void> {
  const numRuns = Math.max(1, Math.round(cases[target] * times)) + examples.length;
  const details = await fc.check(property, { numRuns, seed, examples: [...examples] });
  counted.set(target, (counted.get(target) ?? 0) + details.numRuns);
  if (!details.failed) return;
  throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
}

/** Returns true if all properties were checked, but with fewer cases in total than {@link minCases}. */
export function isTooLittle(): boolean {
  const all = [...counted.values()].reduce((sum, value) => sum + value, 0);
  return times >= 1 && counted.size === Object.keys(cases).length && all < minCases;
}

/** Returns a report with the number of cases per property and in total, as lines. */
export function tally(): string[] {
  const number = (value: number): string => value.toLocaleString('en').padStart(9);
  const all = [...counted.values()].reduce((sum, value) => sum + value, 0);
  return [
    ...[...counted].map(([target, value]) => `  ${number(value)}  ${target}`),
    `  ${number(all)}  cases in total (seed ${seed})`,
  ];
}
