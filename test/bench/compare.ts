import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Figure, Unit } from './row.ts';
import { formatNumber } from './table.ts';

/** The part of a stored run that a comparison needs. */
export interface Run {
  readonly quick: boolean;
  readonly machine: { readonly cpus: number; readonly model?: string | undefined; readonly memory: number };
  readonly figures: readonly Pick<Figure, 'figure' | 'ours' | 'against' | 'ratio' | 'samples'>[];
}

/** A figure of two runs. */
export interface Comparison {
  readonly figure: string;
  /** × means the ratio to the baseline of the same run. */
  readonly unit: Unit;
  readonly before: number;
  readonly after: number;
  /** The largest difference that counts as noise, in `unit`. */
  readonly noise: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/**
 * Relative noise of values without enough samples, and the smallest relative noise of values with samples. Numbers of
 * requests, calls or rows have no noise.
 */
const relativeNoise: Readonly<Partial<Record<Unit, { readonly few: number; readonly least: number }>>> = {
  ms: { few: 0.4, least: 0.15 },
  '×': { few: 0.3, least: 0.1 },
  bytes: { few: 0.1, least: 0.03 },
};
/** The smallest difference that matters, for values close to zero. */
const absoluteNoise: Readonly<Partial<Record<Unit, number>>> = { ms: 2, bytes: 64, '×': 0.05 };
const minSamples = 4;

const quantitySchema = v.object({ value: v.number(), unit: v.string() });
const runSchema = v.object({
  quick: v.boolean(),
  machine: v.object({ cpus: v.number(), model: v.optional(v.string()), memory: v.number() }),
  figures: v.array(
    v.object({
      figure: v.string(),
      ours: quantitySchema,
      against: v.optional(quantitySchema),
      ratio: v.optional(v.number()),
      // A sample that was not a number is stored as null.
      samples: v.optional(v.record(v.string(), v.array(v.nullable(v.number())))),
    }),
  ),
});

/** Reads a run that a benchmark has stored. @throws Error if the file is not a stored run */
export async function readRun(file: string): Promise<Run> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`Could not read the earlier run in ${file}: ${String(error)}`, { cause: error });
  }
  const parsed = v.safeParse(runSchema, json);
  if (!parsed.success) throw new Error(`${file} is not a run that this benchmark has stored.`);
  return parsed.output as Run;
}

/** Why two runs can't be compared. Undefined if they can. */
export function whyIncomparable(
  before: Pick<Run, 'quick' | 'machine'>,
  after: Pick<Run, 'quick' | 'machine'>,
): string | undefined {
  const [was, is] = [before.machine, after.machine];
  if (was.cpus !== is.cpus || was.model !== is.model || was.memory !== is.memory)
    return `The earlier run was measured on another machine (${was.cpus} × ${was.model ?? 'unknown'}). Only runs of one machine can be compared.`;
  if (before.quick !== after.quick)
    return `The earlier run was ${before.quick ? 'a quick' : 'not a quick'} run. Only runs of the same sizes can be compared.`;
  return undefined;
}

/**
 * Compares the figures that both runs contain, the greatest slowdown first. A time with a baseline is compared as its
 * ratio to the baseline, because both depend on the load of the machine.
 */
export function compareRuns(before: Run, after: Run): readonly Comparison[] {
  const earlier = Map.groupBy(before.figures, ({ figure }) => figure);
  const compared = after.figures.flatMap((figure) => {
    // Several figures may have the same name. They are in the same order in each run.
    const was = earlier.get(figure.figure)?.shift();
    return was ? compareFigures(was, figure) : [];
  });
  return compared.toSorted((left, right) => growth(right) - growth(left));
}

type StoredFigure = Run['figures'][number];

function compareFigures(was: StoredFigure, is: StoredFigure): Comparison[] {
  if (was.ours.unit !== is.ours.unit) return [];
  const [before, after, unit] =
    is.ours.unit === 'ms' && was.against && is.against && was.ratio !== undefined && is.ratio !== undefined
      ? ([was.ratio, is.ratio, '×'] as const)
      : ([was.ours.value, is.ours.value, is.ours.unit] as const);
  const relative = relativeNoise[unit];
  const spread = Math.max(spreadOf(was) ?? Number.NaN, spreadOf(is) ?? Number.NaN);
  const share = relative ? (Number.isNaN(spread) ? relative.few : Math.max(spread, relative.least)) : 0;
  const noise = Math.max(Math.abs(before) * share, absoluteNoise[unit] ?? 0);
  const difference = after - before;
  const verdict = Math.abs(difference) <= noise ? 'same' : difference > 0 ? 'slower' : 'faster';
  return [{ figure: is.figure, unit, before, after, noise, verdict }];
}

/**
 * The spread of a figure's samples: half the distance between the quartiles, divided by the median. Of several lists of
 * samples, the widest counts. Undefined without enough samples.
 */
function spreadOf({ samples = {} }: StoredFigure): number | undefined {
  const spreads = Object.values(samples).flatMap((list) => {
    const sorted = list.filter((value) => typeof value === 'number').toSorted((left, right) => left - right);
    const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
    return sorted.length < minSamples || at(0.5) <= 0 ? [] : [(at(0.75) - at(0.25)) / 2 / at(0.5)];
  });
  return spreads.length === 0 ? undefined : Math.max(...spreads);
}

function growth({ before, after, noise }: Comparison): number {
  return (after - before) / (noise || 1);
}

/** Describes the figures that have changed, in lines. */
export function describeComparison(compared: readonly Comparison[]): string {
  const line = ({ figure, unit, before, after, noise }: Comparison): string =>
    `  ${figure}: ${formatNumber(before)} → ${formatNumber(after)} ${unit} (noise: ± ${formatNumber(noise)})`;
  const part = (title: string, verdict: Comparison['verdict']): string[] => {
    const lines = compared.filter((entry) => entry.verdict === verdict).map(line);
    return lines.length === 0 ? [] : [title, ...lines];
  };
  const same = compared.filter(({ verdict }) => verdict === 'same').length;
  return [
    ...part('Slower or larger than in the earlier run:', 'slower'),
    ...part('Faster or smaller than in the earlier run:', 'faster'),
    `${same} of ${compared.length} figures are the same, within the noise.`,
  ].join('\n');
}
