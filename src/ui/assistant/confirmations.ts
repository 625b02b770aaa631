import * as vscode from 'vscode';
import { visibleLine } from '../../model/assistant/visibleText.ts';
import type { ToolName } from '../../model/assistant/toolNames.ts';

/** The part of the input that a confirmation shows. It is not validated yet. */
interface ShownInput {
  readonly query?: unknown;
  readonly datasource?: unknown;
  readonly account?: unknown;
  readonly resource?: unknown;
}

/** Maximum length of a value in a confirmation, in UTF-16 units. A valid query is shorter. */
const maxValue = 600;

/** Puts texts that may come from a model into a code block, one per line, so that they can't look like our own words. */
function asCode(sentence: string, values: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString(sentence).appendCodeblock(values.join('\n'), 'plaintext');
}

function text(value: unknown): string {
  return typeof value === 'string' ? visibleLine(value, maxValue) : '';
}

/**
 * The question that VS Code asks before it runs a tool. Defined even if the input is not valid, because without a
 * question, VS Code may run the tool without asking the user (docs/vscode-facts.md).
 * @param titleOf Returns the title of a Resource that a search returned.
 * @returns Undefined for a tool that needs no confirmation.
 */
export function confirmationOf(
  name: ToolName,
  input: ShownInput,
  titleOf: (resource: string) => string | undefined,
): vscode.LanguageModelToolConfirmationMessages | undefined {
  const datasource = text(input.datasource);
  switch (name) {
    case 'onna_search': {
      const scope = datasource || text(input.account);
      const sentence =
        scope === ''
          ? vscode.l10n.t('The assistant will send this query to Onna and read the hits:')
          : vscode.l10n.t(
              'The assistant will send this query to Onna and read the hits. The second line is the scope:',
            );
      return {
        title: vscode.l10n.t('Search Onna?'),
        message: asCode(sentence, [text(input.query), ...(scope === '' ? [] : [scope])]),
      };
    }
    case 'onna_read_resource': {
      const resource = text(input.resource);
      return {
        title: vscode.l10n.t('Read a Resource?'),
        message: asCode(vscode.l10n.t('The assistant will read the text of this Resource:'), [
          titleOf(resource) ?? resource,
        ]),
      };
    }
    case 'onna_sync':
      return {
        title: vscode.l10n.t('Sync a Datasource?'),
        message: asCode(vscode.l10n.t('The assistant will start a sync of this Datasource:'), [datasource]),
      };
    case 'onna_reprocess':
      return {
        title: vscode.l10n.t('Process Resources again?'),
        message: asCode(
          vscode.l10n.t(
            'The assistant will send the unprocessed Resources of this Datasource to processing:',
          ),
          [datasource],
        ),
      };
    case 'onna_list_datasources':
    case 'onna_get_datasource':
    case 'onna_get_log':
    case 'onna_show':
      return undefined;
  }
}

/** The words that VS Code shows while a tool runs. */
export function invocationMessage(name: ToolName): string {
  switch (name) {
    case 'onna_list_datasources':
      return vscode.l10n.t('Listing Datasources');
    case 'onna_get_datasource':
      return vscode.l10n.t('Reading the details of a Datasource');
    case 'onna_search':
      return vscode.l10n.t('Searching Onna');
    case 'onna_read_resource':
      return vscode.l10n.t('Reading a Resource');
    case 'onna_get_log':
      return vscode.l10n.t('Reading a log');
    case 'onna_show':
      return vscode.l10n.t('Showing a row or a page');
    case 'onna_sync':
      return vscode.l10n.t('Starting a sync');
    case 'onna_reprocess':
      return vscode.l10n.t('Sending Resources to processing');
  }
}
