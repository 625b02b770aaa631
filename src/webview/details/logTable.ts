import { html, type TemplateResult } from 'lit-html';
import type { DetailsLog, LogItemView } from '../../shared/detailsProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import { iconTemplate } from '../page/templates.ts';
import { textTemplate, timeTemplate } from './cells.ts';
import type { DetailsContext } from './context.ts';

const outcomeIcons: Readonly<Record<LogItemView['outcome'], string>> = {
  success: 'pass',
  error: 'error',
  info: 'info',
};

function fileTemplate({ file, id }: LogItemView, context: DetailsContext): TemplateResult {
  const { strings, send, isGone } = context;
  if (id === undefined || isGone) return textTemplate(file ?? id, strings.unknown);
  const name = file ?? id;
  return html`<button
    type="button"
    class="text-link"
    title=${fillIn(strings.openFile, name)}
    @click=${() => send({ type: 'open', id })}
  >
    <bdi>${name}</bdi>
  </button>`;
}

function rowTemplate(item: LogItemView, context: DetailsContext): TemplateResult {
  const { strings, formats } = context;
  return html`<tr>
    <th scope="row">${timeTemplate(item.at, formats, strings.unknown)}</th>
    <td>
      <span class=${`outcome log-${item.outcome}`}
        >${iconTemplate(outcomeIcons[item.outcome])}${strings.logOutcomes[item.outcome]}</span
      >
    </td>
    <td class="action">${textTemplate(item.action, strings.unknown)}</td>
    <td class="file">${fileTemplate(item, context)}</td>
    <td class="long">${textTemplate(item.message, strings.unknown)}</td>
    <td class="user">${textTemplate(item.user, strings.unknown)}</td>
  </tr>`;
}

/** The entries of a log as a table. */
export function logTable(
  items: readonly LogItemView[],
  log: DetailsLog,
  context: DetailsContext,
): TemplateResult {
  const { strings } = context;
  const columns = strings.logColumns;
  return html`<table aria-label=${strings.logs[log]}>
    <thead>
      <tr>
        <th scope="col">${columns.at}</th>
        <th scope="col">${columns.outcome}</th>
        <th scope="col">${columns.action}</th>
        <th scope="col">${columns.file}</th>
        <th scope="col">${columns.message}</th>
        <th scope="col">${columns.user}</th>
      </tr>
    </thead>
    <tbody>
      ${items.map((item) => rowTemplate(item, context))}
    </tbody>
  </table>`;
}
