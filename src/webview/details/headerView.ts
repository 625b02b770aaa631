import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { DetailsHeader } from '../../shared/detailsProtocol.ts';
import { element } from '../page/element.ts';
import { Notice } from '../page/notice.ts';
import { iconTemplate } from '../page/templates.ts';
import { textTemplate, timeTemplate } from './cells.ts';
import { isRepeated, type DetailsContext } from './context.ts';

/** The name, status, facts and actions of the Datasource. */
export class HeaderView {
  readonly root = element('header');
  readonly #context: DetailsContext;
  readonly #reason = new Notice('banner');
  #header: DetailsHeader | undefined;

  constructor(context: DetailsContext) {
    this.#context = context;
  }

  get header(): DetailsHeader | undefined {
    return this.#header;
  }

  show(header: DetailsHeader): void {
    this.#header = header;
    this.draw();
  }

  /** Draws the header. Also called when the time zone has changed. */
  draw(): void {
    const header = this.#header;
    if (header === undefined) return;
    const { gone } = this.#context.strings;
    if (header.isGone) this.#reason.say({ icon: 'debug-disconnect', sentence: gone });
    else if (header.reason === undefined) this.#reason.say(undefined);
    else
      this.#reason.say({
        icon: header.status.tone === 'error' ? 'error' : 'warning',
        sentence: header.reason,
      });
    render(this.#template(header), this.root);
  }

  #template(header: DetailsHeader): TemplateResult {
    return html`
      <div class="heading">
        <h1 title=${header.title}><bdi>${header.title}</bdi></h1>
        <p class="type"><bdi>${header.type}</bdi></p>
      </div>
      ${this.#status(header)} ${this.#reason.root} ${this.#actions(header)} ${this.#facts(header)}
    `;
  }

  #status({ status }: DetailsHeader): TemplateResult {
    const { formats, strings } = this.#context;
    const at =
      status.at === undefined
        ? nothing
        : html`<span class="at">${timeTemplate(status.at, formats, strings.unknown)}</span>`;
    const activity =
      status.activity === undefined
        ? nothing
        : html`<span class="activity"
            >${iconTemplate(status.activityIcon ?? 'watch')}<bdi>${status.activity}</bdi></span
          >`;
    return html`<p class="status">
      <span class=${`result tone-${status.tone}`}
        >${iconTemplate(status.icon)}<bdi>${status.result}</bdi></span
      >
      ${at} ${activity}
    </p>`;
  }

  #actions({ actions, isGone }: DetailsHeader): TemplateResult | typeof nothing {
    if (isGone || actions.length === 0) return nothing;
    const { send, strings } = this.#context;
    return html`<div class="actions" role="group" aria-label=${strings.actionsLabel}>
      ${actions.map(
        ({ id, label, icon }, index) =>
          html`<button
            type="button"
            class=${index === 0 ? 'text-button' : 'text-button secondary'}
            @click=${(event: MouseEvent) => {
              if (!isRepeated(event)) send({ type: 'action', action: id });
            }}
          >
            ${iconTemplate(icon)}<span>${label}</span>
          </button>`,
      )}
    </div>`;
  }

  #facts({ facts }: DetailsHeader): TemplateResult | typeof nothing {
    if (facts.length === 0) return nothing;
    const { formats, strings } = this.#context;
    return html`<div role="group" aria-label=${strings.factsLabel}>
      <dl class="facts">
        ${facts.map(
          ({ label, value, at }) =>
            html`<div>
              <dt>${label}</dt>
              <dd>
                ${
                  at === undefined
                    ? textTemplate(value, strings.unknown)
                    : timeTemplate(at, formats, strings.unknown)
                }
              </dd>
            </div>`,
        )}
      </dl>
    </div>`;
  }
}
