import { html, nothing, render } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { DetailsHostMessage, DetailsLoad, RunView } from '../../shared/detailsProtocol.ts';
import { iconButtonTemplate, iconTemplate } from '../page/templates.ts';
import { countTemplate, textTemplate, timeTemplate, unknownTemplate } from './cells.ts';
import type { DetailsContext } from './context.ts';
import { runChart } from './runChart.ts';
import { durationOf, outcomeIcons, outcomeWords } from './runWords.ts';
import { TabPanel } from './tabPanel.ts';

/** The runs of the Datasource, as a chart and as a table. */
export class HistoryTab {
  readonly panel: TabPanel;
  readonly #context: DetailsContext;
  #load: DetailsLoad = { phase: 'idle' };
  #runs: readonly RunView[] = [];

  constructor(context: DetailsContext) {
    this.#context = context;
    this.panel = new TabPanel('history', context);
    this.draw();
  }

  receive({ load, runs }: Extract<DetailsHostMessage, { type: 'history' }>): void {
    this.#load = load;
    this.#runs = runs;
    this.draw();
  }

  draw(): void {
    const { strings, send } = this.#context;
    render(
      html`<span class="space"></span>${iconButtonTemplate('refresh', strings.refresh, () =>
          send({ type: 'refresh', tab: 'history' }),
        )}`,
      this.panel.toolbar,
    );
    const isEmpty = this.#runs.length === 0;
    this.panel.showLoad(this.#load, isEmpty ? { icon: 'history', sentence: strings.noRuns } : undefined);
    render(isEmpty ? nothing : this.#template(), this.panel.content);
    this.panel.restoreScroll();
  }

  #template(): TemplateResult {
    const { strings } = this.#context;
    const columns = strings.runColumns;
    return html`${runChart(this.#runs, this.#context)}
      <table aria-label=${strings.tabs.history}>
        <thead>
          <tr>
            <th scope="col">${columns.start}</th>
            <th scope="col">${columns.end}</th>
            <th scope="col">${columns.duration}</th>
            <th scope="col">${columns.outcome}</th>
            <th scope="col" class="number">${columns.added}</th>
            <th scope="col" class="number">${columns.changed}</th>
            <th scope="col" class="number">${columns.removed}</th>
            <th scope="col">${columns.reason}</th>
            <th scope="col">${columns.source}</th>
          </tr>
        </thead>
        <tbody>
          ${this.#runs.map((run) => this.#row(run))}
        </tbody>
      </table>`;
  }

  #row(run: RunView): TemplateResult {
    const { strings, formats } = this.#context;
    const { unknown } = strings;
    const duration = durationOf(run);
    return html`<tr>
      <th scope="row">${timeTemplate(run.start, formats, unknown)}</th>
      <td>${timeTemplate(run.end, formats, unknown)}</td>
      <td class="duration">
        ${duration === undefined ? unknownTemplate(unknown) : formats.duration(duration)}
      </td>
      <td>
        <span class=${`outcome outcome-${run.outcome}`}
          >${iconTemplate(outcomeIcons[run.outcome])}${outcomeWords(run, strings, formats)}</span
        >
      </td>
      <td class="number">${countTemplate(run.added, formats, unknown)}</td>
      <td class="number">${countTemplate(run.changed, formats, unknown)}</td>
      <td class="number">${countTemplate(run.removed, formats, unknown)}</td>
      <td class="long">${textTemplate(run.reason, unknown)}</td>
      <td title=${strings.sourceHints[run.source]}>${strings.sources[run.source]}</td>
    </tr>`;
  }
}
