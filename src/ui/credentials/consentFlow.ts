import * as vscode from 'vscode';
import { readConsentQuery, readPastedCode } from '../../model/credentials/consentAnswer.ts';
import type { ConsentRequests, OpenConsent } from '../../model/credentials/consentRequests.ts';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import { ownFolder } from '../../model/datasources/grouping.ts';
import { extensionId } from '../../ids.ts';
import { askText } from '../accounts/askText.ts';
import type { Services } from '../services.ts';
import { codeProblem, consentProblem, entryName, isCodeSpent } from '../text/credentialText.ts';
import { inform, warn } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { plainText } from '../text/plainText.ts';
import { inView } from '../text/progress.ts';
import { renewedText } from './renewedText.ts';

/** The path of the address that a consent page opens. The runtime routes it to {@link ConsentFlow.handle}. */
const callbackPath = '/callback';

/**
 * Renews credentials by consent: opens the provider's page in the browser, and takes its code from the address that the
 * page opens or from the user. A code never appears in a message, in the log or in a file.
 */
export class ConsentFlow {
  readonly #services: Services;
  readonly #notifier: Notifier;
  readonly #requests: ConsentRequests;
  /** Closes the input box that waits for the code of a request, by the state of the request. */
  readonly #boxes = new Map<string, AbortController>();

  constructor(services: Services, notifier: Notifier) {
    this.#services = services;
    this.#notifier = notifier;
    this.#requests = services.consents;
  }

  /** Whether a consent page for these credentials waits for its code. */
  isOpen(connectionId: string, entryId: string): boolean {
    return this.#requests.find({ connectionId, entryId }) !== undefined;
  }

  /**
   * Opens the consent page and an input box for its code. The box closes by itself if the page returns to VS Code.
   * @param returns Whether the page should open an address of VS Code. Otherwise it shows the code.
   */
  async run(connectionId: string, entry: CredentialEntry, returns: boolean): Promise<void> {
    const target = { connectionId, entryId: entry.id };
    // If the page is open already, only its code is missing.
    const open = returns ? undefined : this.#requests.find(target);
    const request = open ?? this.#requests.start(target);
    if (!open && !(await this.#openPage(request, entry, returns))) return;
    await this.#askForCode(request, entry);
  }

  /** Handles the address that a consent page opened. The address is untrusted. */
  async handle({ query }: Pick<vscode.Uri, 'query'>): Promise<void> {
    const { states, code, error } = readConsentQuery(query);
    const taken = this.#requests.take(states);
    if (taken.kind !== 'open') {
      warn(consentProblem(taken.kind));
      return;
    }
    const { connectionId, entryId, state } = taken.request;
    this.#boxes.get(state)?.abort();
    const entry = this.#find(connectionId, entryId);
    if (!entry) {
      warn(vscode.l10n.t('The credentials to renew no longer exist.'));
      return;
    }
    if (code === undefined) {
      const name = entryName(entry);
      warn(
        error === undefined
          ? vscode.l10n.t('{0}: the page sent no code. Start the renewal again.', name)
          : vscode.l10n.t('{0}: the page refused access ({1}).', name, plainText(error)),
      );
      return;
    }
    const problem = await inView(
      () => this.#send(connectionId, entry, code),
      vscode.l10n.t('Renewing credentials'),
    );
    if (problem !== undefined) warn(`${entryName(entry)}: ${problem}`);
  }

  async #openPage(request: OpenConsent, entry: CredentialEntry, returns: boolean): Promise<boolean> {
    const { connectionId, state } = request;
    try {
      const page = await inView(async () => {
        const client = await this.#services.client(connectionId);
        const snapshot = this.#services.store.get(connectionId);
        return client.credentials.consentPage({
          type: entry.type ?? '',
          userFolder: snapshot ? ownFolder(snapshot) : '',
          redirectTo: await callbackAddress(state),
          showsCode: !returns,
        });
      }, vscode.l10n.t('Requesting the page'));
      // A string instead of a Uri: VS Code would decode the escapes in the query of a Uri (VS Code 1.139).
      const isOpened = await vscode.env.openExternal(page.href as unknown as vscode.Uri);
      if (isOpened) return true;
      this.#requests.take([state]);
      return false;
    } catch (error) {
      this.#requests.take([state]);
      const again = (): Promise<void> => this.run(connectionId, entry, returns);
      this.#notifier.report(vscode.l10n.t('The page could not be opened.'), error, again);
      return false;
    }
  }

  async #askForCode(request: OpenConsent, entry: CredentialEntry): Promise<void> {
    const { connectionId, state } = request;
    const box = new AbortController();
    this.#boxes.get(state)?.abort();
    this.#boxes.set(state, box);
    await askText({
      title: vscode.l10n.t('Renew Credentials of “{0}”', entryName(entry)),
      prompt: vscode.l10n.t(
        'Allow access in the browser. If it does not return to VS Code, paste the code or the address that it shows.',
      ),
      password: true,
      closed: box.signal,
      accept: async (text) => {
        const { states, code } = readPastedCode(text);
        if (code === undefined) return vscode.l10n.t('This is neither a code nor an address with a code.');
        // An address of a provider may contain a state of its own.
        if (text.includes(extensionId) && !states.includes(state)) return consentProblem('unknown');
        if (!this.#requests.isOpen(request)) return consentProblem('late');
        const problem = await this.#send(connectionId, entry, code);
        if (problem === undefined) this.#requests.take([state]);
        return problem;
      },
    });
    if (this.#boxes.get(state) === box) this.#boxes.delete(state);
  }

  /** Sends a code. @returns A sentence that explains why the credentials were not renewed. */
  async #send(connectionId: string, entry: CredentialEntry, code: string): Promise<string | undefined> {
    // The service would probably refuse the code, too.
    if (this.#requests.isSpent(code)) return consentProblem('used');
    this.#requests.spend(code);
    try {
      await this.#services.renewals.withCode(connectionId, entry, code);
      inform(renewedText(entry));
      return undefined;
    } catch (error) {
      // If the service has certainly not used the code, it may be sent again.
      if (!isCodeSpent(error)) this.#requests.unspend(code);
      return codeProblem(error);
    }
  }

  #find(connectionId: string, entryId: string): CredentialEntry | undefined {
    const { store, wallet } = this.#services;
    const due = wallet.find(connectionId, entryId);
    if (due) return due;
    // The user may renew credentials that are still valid.
    for (const datasource of store.get(connectionId)?.datasources.values() ?? []) {
      const entry = wallet.of(connectionId, datasource);
      if (entry?.id === entryId) return entry;
    }
    return undefined;
  }
}

/** The address that brings the browser back to this window, on the desktop, in a remote window and in a browser. */
async function callbackAddress(state: string): Promise<string> {
  const own = vscode.Uri.parse(`${vscode.env.uriScheme}://${extensionId}${callbackPath}?state=${state}`);
  try {
    // `toString()` would also escape `=` and `&`.
    return (await vscode.env.asExternalUri(own)).toString(true);
  } catch {
    // Some hosts have no way back from the browser. The user can still paste the code.
    return own.toString(true);
  }
}
