import type { Figure } from './row.ts';
import { lowerQuartile } from './statistics.ts';

const maxRatio = 1.2;

/** Samples of our tree and of a comparison tree with copies of our rows, in ms. */
export class Pair {
  readonly ours: number[] = [];
  readonly bare: number[] = [];

  /** @param maxMs The goal for our tree, besides the goal for the ratio. Default: none */
  figure(name: string, note: string, maxMs = Number.POSITIVE_INFINITY): Figure {
    const [ours, bare] = [lowerQuartile(this.ours), lowerQuartile(this.bare)];
    return {
      figure: name,
      ours: { value: ours, unit: 'ms' },
      against: { value: bare, unit: 'ms', of: 'copies of the rows' },
      ...(bare > 0 && { ratio: ours / bare }),
      goal: `≤ ${maxRatio} ×${maxMs === Number.POSITIVE_INFINITY ? '' : `, ≤ ${maxMs} ms`}`,
      pass: ours <= maxRatio * bare && ours <= maxMs,
      note: `${note} Baseline: an extension in the same window that returns copies of our rows, with the same icons, decorations and buttons. Lower quartiles of ${this.ours.length} samples, alternating with the baseline.`,
      samples: { ours: this.ours, bare: this.bare },
    };
  }
}
