import * as vscode from 'vscode';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import { availableActions } from '../../model/datasources/availableActions.ts';
import { askText, required } from '../accounts/askText.ts';
import type { DatasourcePicker } from '../commands/targets.ts';
import type { RowCall } from '../contributions.ts';
import type { Services } from '../services.ts';
import { entryName } from '../text/credentialText.ts';
import { inform, showBriefly } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import { inView } from '../text/progress.ts';
import { ConsentFlow } from './consentFlow.ts';
import { chooseRenewal } from './renewalQuestions.ts';
import { renewedText } from './renewedText.ts';

/** Credentials to renew. */
interface RenewalTarget {
  readonly connectionId: string;
  readonly entry: CredentialEntry;
  /** The id under which a secret is stored: that of the Datasource on which the command was called. */
  readonly secretId: string;
  readonly name: string;
}

/** The command *Renew Credentials…*, and the addresses that consent pages open. */
export class RenewalCommands {
  readonly #services: Services;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;
  readonly consent: ConsentFlow;

  constructor({
    services,
    picker,
    notifier,
  }: {
    readonly services: Services;
    readonly picker: DatasourcePicker;
    readonly notifier: Notifier;
  }) {
    this.#services = services;
    this.#picker = picker;
    this.#notifier = notifier;
    this.consent = new ConsentFlow(services, notifier);
  }

  /** Renews the credentials of a Datasource, or those in a row of *Needs Renewal*. */
  async renew(call: RowCall): Promise<void> {
    const target = await this.#target(call);
    if (!target) return;
    const { connectionId, entry } = target;
    const title = vscode.l10n.t('Renew Credentials of “{0}”', target.name);
    const choice = await chooseRenewal(entry, title, this.consent.isOpen(connectionId, entry.id));
    if (choice === 'secret') await this.#withSecret(target, title);
    else if (choice !== undefined) await this.consent.run(connectionId, entry, choice === 'browser');
  }

  async #target(call: RowCall): Promise<RenewalTarget | undefined> {
    const { row } = call;
    const { wallet, store } = this.#services;
    if (row?.kind === 'credentials') {
      const entry = wallet.find(row.connectionId, row.entryId);
      return entry && targetOf(row.connectionId, entry);
    }
    if (row?.kind === 'stopped') {
      const { connectionId, datasourceId } = row;
      const datasource = store.find(connectionId, datasourceId);
      const entry = datasource && wallet.of(connectionId, datasource);
      return entry && { connectionId, entry, secretId: datasourceId, name: nodeName(datasource) };
    }
    const title = vscode.l10n.t('Renew Credentials');
    const { targets, skipped } = await this.#picker.resolveAllowed(call, title, (datasource) =>
      availableActions(datasource).has('credentials'),
    );
    const [first] = targets;
    if (!first) return undefined;
    if (targets.length + skipped > 1) {
      inform(vscode.l10n.t('{0} works on one Datasource at a time. Select a single row.', title));
      return undefined;
    }
    const { connectionId, datasource } = first;
    const entry = wallet.of(connectionId, datasource);
    return entry && { connectionId, entry, secretId: datasource.id, name: nodeName(datasource) };
  }

  async #withSecret(target: RenewalTarget, title: string): Promise<void> {
    const { connectionId, entry, secretId, name } = target;
    const { accounts, authSecrets, renewals } = this.#services;
    const kept = await authSecrets.read(connectionId, secretId);
    let secret = '';
    const asked = await askText({
      title,
      prompt: vscode.l10n.t(
        'The X-Auth-Secret for this Datasource. It is kept in VS Code’s secret storage and sent to your Onna server only.',
      ),
      password: true,
      value: kept ?? '',
      accept: (value) => required(value, (typed) => (secret = typed)),
    });
    if (asked !== 'next') return;
    try {
      await inView(
        () => renewals.withSecret(connectionId, entry, secret),
        vscode.l10n.t('Renewing credentials'),
      );
      // Stores the secret only if the renewal succeeded and the account is still signed in.
      if (accounts.connections().some(({ id }) => id === connectionId))
        await authSecrets.keep(connectionId, secretId, secret);
      showBriefly(renewedText(entry));
    } catch (error) {
      const failed = vscode.l10n.t('The credentials of “{0}” could not be renewed.', name);
      const action = vscode.l10n.t('Renew Credentials');
      const again = (): Promise<void> => this.#withSecret(target, title);
      this.#notifier.actionFailed({ failed, name, action }, error, again);
    }
  }
}

function targetOf(connectionId: string, entry: CredentialEntry): RenewalTarget {
  return { connectionId, entry, secretId: entry.datasources[0]?.id ?? entry.id, name: entryName(entry) };
}
