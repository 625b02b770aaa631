import type { Bench } from './session.ts';

/** What a number counts. */
export type Unit =
  'ms' | 'bytes' | 'requests' | 'calls' | 'rows' | 'URIs' | 'round trips' | 'handles' | 'files' | '×';

/** Something that was measured. */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
  /** What it is of, in a few words: "do-nothing extension, same window". */
  readonly of?: string;
}

/** Figures of the same thing at growing sizes, for a graph. */
export interface Series {
  readonly name: string;
  readonly points: readonly Readonly<Record<string, number>>[];
}

/** One line of the table. */
export interface Figure {
  readonly figure: string;
  readonly ours: Quantity;
  /** The floor, or the way peers do it, measured in the same run. Left out where the goal is absolute. */
  readonly against?: Quantity;
  /** `ours` over `against` (or what the note says); left out where there is nothing to divide by. */
  readonly ratio?: number;
  /** As the issue states it: "≤ 1.15 ×". */
  readonly goal: string;
  readonly pass: boolean;
  /** How it was taken: where it ran, what was subtracted, over how many samples. */
  readonly note: string;
  /** The single measurements behind the medians, by name. */
  readonly samples?: Readonly<Record<string, readonly number[]>>;
  readonly series?: readonly Series[];
}

/** A thing to measure; a file of `rows/` each. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  /** @throws when it cannot be measured, which is not the same as falling short. */
  measure(bench: Bench): Promise<readonly Figure[]>;
}
