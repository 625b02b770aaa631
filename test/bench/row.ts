import type { Bench } from './session.ts';

/** The unit of a number. */
export type Unit =
  'ms' | 'bytes' | 'requests' | 'calls' | 'rows' | 'URIs' | 'round trips' | 'handles' | 'files' | '×';

/** A measured value. */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
  /** A short description, such as "do-nothing extension, same window". */
  readonly of?: string;
}

/** Values at growing sizes, for a graph. */
export interface Series {
  readonly name: string;
  readonly points: readonly Readonly<Record<string, number>>[];
}

/** One line of the table. */
export interface Figure {
  readonly figure: string;
  readonly ours: Quantity;
  /** The baseline, or the way of similar extensions, measured in the same run. Omitted if the goal is absolute. */
  readonly against?: Quantity;
  /** `ours` divided by `against`, or whatever the note says. Omitted if there is no divisor. */
  readonly ratio?: number;
  /** The goal as text: "≤ 1.15 ×". */
  readonly goal: string;
  readonly pass: boolean;
  /** How the value was measured: where, after subtracting what, and from how many samples. */
  readonly note: string;
  /** The single measurements behind the medians, by name. */
  readonly samples?: Readonly<Record<string, readonly number[]>>;
  readonly series?: readonly Series[];
}

/** A benchmark. Each has its own file in `rows/`. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  /** @throws if it cannot be measured, which is different from missing the goal. */
  measure(bench: Bench): Promise<readonly Figure[]>;
}
