import { html, type TemplateResult } from 'lit-html';
import type { DetailsLog, LogItemView } from '../../shared/detailsProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import { iconTemplate } from '../page/templates.ts';
import { textTemplate, timeTemplate } from './cells.ts';
import type { DetailsContext } from './context.ts';
import { VirtualTable } from './virtualTable.ts';

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

function rowTemplate(item: LogItemView, index: number, context: DetailsContext): TemplateResult {
  const { strings, formats } = context;
  const { action, message, user } = item;
  return html`<tr data-index=${index} aria-rowindex=${index + 2}>
    <th scope="row" class="at">
      <div class="lines">${timeTemplate(item.at, formats, strings.unknown)}</div>
    </th>
    <td class="log-outcome">
      <span class=${`outcome log-${item.outcome}`}
        >${iconTemplate(outcomeIcons[item.outcome])}${strings.logOutcomes[item.outcome]}</span
      >
    </td>
    <td class="action"><div class="lines" title=${action}>${textTemplate(action, strings.unknown)}</div></td>
    <td class="file"><div class="lines">${fileTemplate(item, context)}</div></td>
    <td class="long"><div class="lines" title=${message}>${textTemplate(message, strings.unknown)}</div></td>
    <td class="user"><div class="lines" title=${user ?? ''}>${textTemplate(user, strings.unknown)}</div></td>
  </tr>`;
}

function headTemplate({ strings }: DetailsContext): TemplateResult {
  const columns = strings.logColumns;
  return html`<tr aria-rowindex="1">
    <th scope="col" class="at">${columns.at}</th>
    <th scope="col" class="log-outcome">${columns.outcome}</th>
    <th scope="col" class="action">${columns.action}</th>
    <th scope="col" class="file">${columns.file}</th>
    <th scope="col">${columns.message}</th>
    <th scope="col" class="user">${columns.user}</th>
  </tr>`;
}

/** The virtual table of the entries of a log. */
export function logTable(
  place: { readonly root: HTMLElement; readonly scroller: HTMLElement },
  context: DetailsContext,
  { log, total }: { readonly log: () => DetailsLog; readonly total: () => number },
): VirtualTable<LogItemView> {
  return new VirtualTable<LogItemView>({
    ...place,
    columns: 6,
    label: () => context.strings.logs[log()],
    head: () => headTemplate(context),
    row: (item, index) => rowTemplate(item, index, context),
    id: (_, index) => String(index),
    total,
    // Older entries are requested on demand, because finding errors among them may take many requests.
    nearEnd: () => undefined,
  });
}
