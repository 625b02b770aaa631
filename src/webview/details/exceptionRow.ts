import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { ExceptionView } from '../../shared/detailsProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import { iconButtonTemplate, iconTemplate } from '../page/templates.ts';
import { textTemplate, timeTemplate } from './cells.ts';
import type { DetailsContext } from './context.ts';

/** The data and callbacks of a row in the table of exceptions. */
export interface ExceptionRowParts {
  readonly row: ExceptionView;
  readonly index: number;
  readonly isSelected: boolean;
  readonly context: DetailsContext;
  readonly select: (isSelected: boolean) => void;
}

/** A row of the table of exceptions. All rows have the same height. */
export function exceptionRow({ row, index, isSelected, context, select }: ExceptionRowParts): TemplateResult {
  const { strings, formats, send, isGone } = context;
  const { id, file, place, kind, isNote } = row;
  const onChange = ({ target }: Event): void => select((target as HTMLInputElement).checked);
  return html`<tr data-index=${index} aria-rowindex=${index + 2} class=${isSelected ? 'selected' : ''}>
    <td class="select-cell">
      <input
        type="checkbox"
        aria-label=${fillIn(strings.selectFile, file)}
        ?disabled=${isGone}
        .checked=${live(isSelected)}
        @change=${onChange}
      />
    </td>
    <th scope="row">
      <div class="line file" title=${file}><bdi>${file}</bdi></div>
      ${place === undefined ? nothing : html`<div class="line place" title=${place}><bdi>${place}</bdi></div>`}
    </th>
    <td class="kind">
      <div class="line" title=${kind}>
        <span class=${isNote ? 'note' : 'exception'}>${iconTemplate(isNote ? 'note' : 'error')}</span
        ><bdi>${kind}</bdi>
      </div>
    </td>
    <td class="when"><div class="line">${timeTemplate(row.at, formats, strings.unknown)}</div></td>
    <td class="result">
      <div class="line" title=${row.outcome ?? nothing}>
        ${row.outcome === undefined ? nothing : textTemplate(row.outcome, strings.unknown)}
      </div>
    </td>
    <td class="row-actions">
      <div class="line">
        ${
          isGone
            ? nothing
            : html`${iconButtonTemplate('go-to-file', fillIn(strings.openFile, file), () =>
                send({ type: 'open', id }),
              )}
              ${iconButtonTemplate('list-tree', fillIn(strings.revealFile, file), () =>
                send({ type: 'revealResource', id }),
              )}`
        }
      </div>
    </td>
  </tr>`;
}
