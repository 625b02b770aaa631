import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { fillIn } from '../../shared/fillIn.ts';
import { runOutcomes, type RunOutcome, type RunView } from '../../shared/detailsProtocol.ts';
import type { DetailsContext } from './context.ts';
import { durationOf, outcomeWords } from './runWords.ts';

const maxBars = 60;
const chartHeight = 84;
const barWidth = 9;
const barStep = 13;
/** Height, in px, of the bar of a run that is short or whose duration is unknown. */
const minBarHeight = 6;

/** Outcomes also differ in pattern, because not everyone can tell their colors apart. */
const patterns: Readonly<Record<RunOutcome, string | undefined>> = {
  synced: undefined,
  mixed: 'M-1 7 L7 -1 M3 11 L11 3 M-5 3 L3 -5',
  failed: 'M0 0 L8 8 M8 0 L0 8',
  error: 'M0 2 H8 M0 6 H8',
  paused: 'M2 0 V8 M6 0 V8',
  running: undefined,
  unknown: undefined,
};

function patternId(outcome: RunOutcome): string {
  return `pattern-${outcome}`;
}

function patternTemplates(): TemplateResult {
  return svg`<defs>
    ${runOutcomes.map((outcome) => {
      const lines = patterns[outcome];
      if (lines === undefined) return nothing;
      return svg`<pattern id=${patternId(outcome)} width="8" height="8" patternUnits="userSpaceOnUse">
        <path class="pattern-lines" d=${lines}></path>
      </pattern>`;
    })}
  </defs>`;
}

interface Bar {
  readonly outcome: RunOutcome;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly title?: string;
}

function barTemplate({ outcome, x, y, height, title }: Bar): TemplateResult {
  const pattern =
    patterns[outcome] === undefined
      ? nothing
      : svg`<rect x=${x} y=${y} width=${barWidth} height=${height} fill=${`url(#${patternId(outcome)})`}></rect>`;
  return svg`<g class=${`bar outcome-${outcome}`}>
    ${title === undefined ? nothing : svg`<title>${title}</title>`}
    <rect class="base" x=${x + 0.5} y=${y + 0.5} width=${barWidth - 1} height=${height - 1}></rect>
    ${pattern}
  </g>`;
}

function titleOf(run: RunView, { strings, formats }: DetailsContext): string {
  const duration = durationOf(run);
  const start = new Date(run.start ?? Number.NaN);
  return [
    outcomeWords(run, strings, formats),
    Number.isNaN(start.getTime()) ? undefined : formats.times.format(start),
    duration === undefined ? undefined : formats.duration(duration),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/**
 * The latest runs as a bar chart, the newest run at the end. The height of a bar shows the duration. The table contains
 * the same data.
 */
export function runChart(runs: readonly RunView[], context: DetailsContext): TemplateResult {
  const { strings, formats } = context;
  const shown = runs.slice(0, maxBars).reverse();
  const longest = Math.max(1, ...shown.map((run) => durationOf(run) ?? 0));
  const width = shown.length * barStep;
  const bars = shown.map((run, index) => {
    const share = (durationOf(run) ?? 0) / longest;
    const height = Math.round(minBarHeight + share * (chartHeight - minBarHeight));
    const title = titleOf(run, context);
    return barTemplate({
      outcome: run.outcome,
      x: index * barStep + 2,
      y: chartHeight - height,
      height,
      title,
    });
  });
  const present = runOutcomes.filter((outcome) => shown.some((run) => run.outcome === outcome));
  return html`<div class="chart">
    <svg
      role="img"
      aria-label=${fillIn(strings.chartLabel, formats.numbers.format(shown.length))}
      viewBox=${`0 0 ${width} ${chartHeight + 1}`}
      width=${width}
      height=${chartHeight + 1}
    >
      ${patternTemplates()} ${bars}
      <path class="axis" d=${`M0 ${chartHeight + 0.5} H${width}`}></path>
    </svg>
    <ul class="legend" aria-hidden="true">
      ${present.map(
        (outcome) =>
          html`<li>
            <svg width=${barWidth} height="12">${barTemplate({ outcome, x: 0, y: 0, height: 12 })}</svg>
            ${strings.outcomes[outcome]}
          </li>`,
      )}
    </ul>
  </div>`;
}
