import { html, nothing, type TemplateResult } from 'lit-html';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import type { Formats } from './formats.ts';

/** A kind of exception or note, and the number of Resources that have it. */
export interface KindCount {
  readonly kind: string;
  readonly isNote: boolean;
  readonly count: number;
}

function chipTemplate(
  { text, count, isPressed }: { text: string; count: string; isPressed: boolean },
  choose: () => void,
): TemplateResult {
  return html`<button
    type="button"
    class="chip"
    aria-pressed=${String(isPressed)}
    title=${text}
    @click=${choose}
  >
    <bdi>${text}</bdi> <span class="count">${count}</span>
  </button>`;
}

/** Buttons that filter the rows by kind. Exceptions and notes are in separate groups, because notes need no action. */
export function kindChips(
  kinds: readonly KindCount[],
  chosen: string | undefined,
  { strings, formats }: { readonly strings: DetailsStrings; readonly formats: Formats },
  choose: (kind: string | undefined) => void,
): TemplateResult {
  const { numbers } = formats;
  const group = (title: string, members: readonly KindCount[]): TemplateResult | typeof nothing =>
    members.length === 0
      ? nothing
      : html`<div class="chip-group" role="group" aria-label=${title}>
          <span class="chip-title" aria-hidden="true">${title}</span>
          ${members.map(({ kind, count }) =>
            chipTemplate({ text: kind, count: numbers.format(count), isPressed: kind === chosen }, () =>
              choose(kind === chosen ? undefined : kind),
            ),
          )}
        </div>`;
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  return html`<div class="chips" role="group" aria-label=${strings.exceptionKindsLabel}>
    ${chipTemplate(
      { text: strings.allKinds, count: numbers.format(total), isPressed: chosen === undefined },
      () => choose(undefined),
    )}
    ${group(
      strings.exceptionsTitle,
      kinds.filter(({ isNote }) => !isNote),
    )}
    ${group(
      strings.notesTitle,
      kinds.filter(({ isNote }) => isNote),
    )}
  </div>`;
}
