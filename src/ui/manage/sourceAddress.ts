import * as vscode from 'vscode';
import { isFolderType } from '../../model/datasources/datasource.ts';
import { askText, type StepResult } from '../accounts/askText.ts';
import type { Fields } from '../../onna/wire/fields.ts';

const protocols = ['http:', 'https:', 'file:'];

/** The question for the address of a source. */
interface AddressQuestion {
  readonly title: string;
  readonly step?: number;
  readonly steps?: number;
  readonly value?: string;
  /** Whether an address is required, because the Datasource will be started. */
  readonly isRequired: boolean;
  readonly take: (address: string) => void;
}

/** Whether a type collects from a source with an address. Folders do not, because they receive uploads. */
export function hasSource(type: string): boolean {
  return !isFolderType(type);
}

/**
 * The fields of a source, as in published scripts: a crawler has a list of addresses (docs/onna-api.md §4).
 * The fields of other connectors are not published. The check after the change detects whether the service
 * ignored them.
 */
export function sourceFields(type: string, address: string): Fields {
  if (address === '') return {};
  return type === 'CrawlerDatasource' ? { urls: [address] } : { original_url: address };
}

/** Asks for the address of a source. Skips the question for a folder, which has no source. */
export function askAddress(type: string, question: AddressQuestion): Promise<StepResult> {
  if (!hasSource(type)) return Promise.resolve('next');
  const { take, isRequired, title, step, steps, value } = question;
  return askText({
    title,
    ...(step !== undefined && { step }),
    ...(steps !== undefined && { steps }),
    prompt: isRequired
      ? vscode.l10n.t(
          'The address of the source. If this type needs more than an address, configure it in Onna.',
        )
      : vscode.l10n.t('The address of the source. Leave it empty to configure the Datasource later.'),
    placeholder: 'https://wiki.example.com',
    ...(value !== undefined && { value }),
    keep: take,
    accept: (typed) => {
      const address = typed.trim();
      const problem = addressProblem(address, isRequired);
      if (problem === undefined) take(address);
      return problem;
    },
  });
}

function addressProblem(address: string, isRequired: boolean): string | undefined {
  if (address === '') return isRequired ? vscode.l10n.t('Please enter a value.') : undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !protocols.includes(url.protocol))
    return vscode.l10n.t('This is not an address. Example: https://wiki.example.com');
  return url.username === '' && url.password === ''
    ? undefined
    : vscode.l10n.t(
        'Leave the user and the password out of the address: everyone with access could read them.',
      );
}
