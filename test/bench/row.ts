import type { Bench } from './session.ts';

/** The unit of a measured value. */
export type Unit =
  'ms' | 'bytes' | 'requests' | 'calls' | 'rows' | 'URIs' | 'round trips' | 'handles' | 'files' | '×';

/** A measured value with its unit. */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
  /** A short description of the value for the table, such as "does nothing, same window". */
  readonly of?: string;
}

/** The values of a curve in a graph. */
export interface Series {
  readonly name: string;
  readonly points: readonly Readonly<Record<string, number>>[];
}

/** One row of the result table. */
export interface Figure {
  readonly figure: string;
  readonly ours: Quantity;
  /** The baseline, measured in the same run. Omitted if the goal is an absolute value. */
  readonly against?: Quantity;
  /** `ours` divided by `against`, unless the note defines another ratio. */
  readonly ratio?: number;
  /** The goal as text, such as "≤ 1.15 ×". */
  readonly goal: string;
  readonly pass: boolean;
  /** Describes the measurement: place, baseline, subtracted times and number of samples. */
  readonly note: string;
  /** The individual measurements, by name. */
  readonly samples?: Readonly<Record<string, readonly number[]>>;
  readonly series?: readonly Series[];
}

/** A benchmark that adds rows to the result table. Each benchmark has a file in `rows/`. */
export interface Row {
  /** The name of the benchmark for the option `--only`. */
  readonly name: string;
  /** @throws if the measurement fails; a missed goal is not an error */
  measure(bench: Bench): Promise<readonly Figure[]>;
}
