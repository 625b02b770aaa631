import * as vscode from 'vscode';
import { OnnaError, type OnnaFailure } from '../../onna/errors.ts';
import { couldNotConnect } from '../../onna/transport/networkFailure.ts';
import type { Moment } from './errorMoment.ts';

/** Error codes of connections that were established and then lost. */
const brokenConnection = /^(ECONNRESET|UND_ERR_SOCKET|EPIPE)$/;

/**
 * Whether the service may have carried out a failed action. This is the case if the request was sent and the
 * service did not refuse it.
 */
function mayBeDone(failure: OnnaFailure): boolean {
  switch (failure.kind) {
    case 'timeout':
    case 'unreachable':
      return !couldNotConnect(failure);
    case 'serverError':
    case 'decode':
    case 'tooLarge':
      return true;
    default:
      return false;
  }
}

/** Whether the service may have carried out an action that failed with `error`. */
export function mayHaveBeenDone(error: unknown): boolean {
  return error instanceof OnnaError && mayBeDone(error.failure);
}

/** Whether the same request may succeed later, without any action by the user. */
function mayPass(failure: OnnaFailure): boolean {
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
    case 'writeConflict':
    case 'authServerDown':
    case 'rateLimited':
    case 'serverError':
      return true;
    case 'decode':
      return failure.form !== 'tooDeep';
    case 'proxy':
      return failure.status === undefined;
    default:
      return false;
  }
}

/**
 * Whether “Try Again” is offered. For errors outside Onna, such as a full disk, it is offered because the
 * user may fix the cause before the retry.
 */
export function isWorthRepeating(error: unknown): boolean {
  return !(error instanceof OnnaError) || mayPass(error.failure);
}

/** How to retry at the place where the error is shown. */
function again(moment: Moment): string {
  switch (moment) {
    case 'serverStep':
    case 'accountStep':
    case 'passwordStep':
    case 'tokenStep':
      return vscode.l10n.t('Press Enter to try again.');
    case 'list':
      return vscode.l10n.t('The list refreshes automatically.');
    case 'document':
      return vscode.l10n.t('Open the document again to retry.');
    case 'logDocument':
      return vscode.l10n.t('Open the log again to retry.');
    // No further advice is needed. A row's label already says that selecting it retries. A notification, the search
    // page and a details page have a button.
    case 'resources':
    case 'moreResources':
    case 'download':
    case 'action':
    case 'search':
    case 'details':
    case 'other':
      return vscode.l10n.t('Try again.');
  }
}

/** Advice for failures that may last and that the user can't fix. */
function support(): string {
  return vscode.l10n.t('If this keeps happening, send the log (“Onna: Show Log”) to Onna’s support.');
}

function isSigningIn(moment: Moment): boolean {
  return moment.endsWith('Step');
}

function checkNetwork(moment: Moment): string {
  return moment === 'serverStep'
    ? vscode.l10n.t('Check the address, the network and the VPN.')
    : vscode.l10n.t('Check the network and the VPN.');
}

/** Advice for an answer that did not come from Onna. */
function notOnna(moment: Moment): string {
  switch (moment) {
    case 'serverStep':
      return vscode.l10n.t('Check the address, or press Enter again to continue anyway.');
    case 'accountStep':
      return vscode.l10n.t('Go back to check the address, or press Enter again to continue anyway.');
    default:
      return vscode.l10n.t('Check the network and the VPN: a sign-in page may be in the way.');
  }
}

function tls(code: string, moment: Moment): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return vscode.l10n.t(
        'Check this computer’s clock. If it is right, tell the administrator of the server.',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return moment === 'serverStep'
        ? vscode.l10n.t('Check the server’s address.')
        : vscode.l10n.t('Check the network and the VPN, or tell the administrator of the server.');
    default:
      return /^(ERR_SSL_|EPROTO$)/.test(code)
        ? vscode.l10n.t('Check the server’s address and port. The address may have to begin with “http://”.')
        : authority();
  }
}

function authority(): string {
  return vscode.l10n.t(
    'If your organization has its own certificate authority, add it to the system’s certificates or to NODE_EXTRA_CA_CERTS.',
  );
}

function proxy(status: number | undefined, code: string | undefined): string {
  if (status === 407)
    return vscode.l10n.t('Set “http.proxyAuthorization”, or put the user and password in “http.proxy”.');
  return status === undefined && code !== undefined && /CERT|TLS|SSL/.test(code)
    ? vscode.l10n.t('Check “http.proxy”. {0}', authority())
    : vscode.l10n.t('Check “http.proxy” and “http.noProxy”, and whether the proxy is running.');
}

function askForAccess(moment: Moment): string {
  return moment === 'list' || isSigningIn(moment)
    ? vscode.l10n.t('Ask an administrator of the account for access.')
    : vscode.l10n.t(
        'Ask someone with the Manage role for access. A change can take up to two minutes to take effect.',
      );
}

function afterNotFound(moment: Moment): string {
  switch (moment) {
    case 'serverStep':
    case 'accountStep':
    case 'passwordStep':
    case 'tokenStep':
      return vscode.l10n.t('Go back to check the address.');
    case 'list':
      return vscode.l10n.t('Ask an administrator of the account whether it was renamed or deleted.');
    case 'resources':
      return vscode.l10n.t('Use “Refresh” in the title of the view to update the list.');
    case 'moreResources':
      return again(moment);
    case 'search':
      return vscode.l10n.t('Choose another account or Datasource to search in.');
    case 'document':
    case 'logDocument':
    case 'details':
    case 'download':
    case 'action':
    case 'other':
      return vscode.l10n.t('Use “Onna: Refresh” to update the list.');
  }
}

function signInAgain(failure: OnnaFailure, moment: Moment): string {
  switch (failure.kind) {
    case 'badCredentials':
      return vscode.l10n.t('Type the password again, or go back to correct the user.');
    case 'signInRefused':
      return moment === 'accountStep'
        ? vscode.l10n.t('Correct the account, or press Enter again to continue with a token.')
        : vscode.l10n.t('Go back and choose “Token”.');
    case 'noSuchAccount':
      if (moment !== 'accountStep') return vscode.l10n.t('Go back to correct the account.');
      return failure.hasContainer === true
        ? vscode.l10n.t('Correct the account, or press Enter again to continue anyway.')
        : vscode.l10n.t(
            'Correct the account, or go back to correct the container. Press Enter again to continue anyway.',
          );
    default:
      return moment === 'tokenStep'
        ? vscode.l10n.t('Copy a new token and paste it here.')
        : vscode.l10n.t('Sign in again.');
  }
}

/** Advice about a failure, in up to three sentences. Empty if the user cancelled. */
export function remedyOf(failure: OnnaFailure, moment: Moment): readonly string[] {
  if (moment === 'action' && mayBeDone(failure)) {
    const caution = vscode.l10n.t('The action may have succeeded anyway. Check before you try again.');
    return [caution, ...quoteToSupport(failure)];
  }
  switch (failure.kind) {
    case 'cancelled':
      return [];
    case 'unreachable':
      return brokenConnection.test(failure.code) ? [again(moment)] : [checkNetwork(moment), again(moment)];
    case 'timeout':
      return failure.phase === 'connect' ? [checkNetwork(moment), again(moment)] : [again(moment)];
    case 'writeConflict':
    case 'authServerDown':
    case 'rateLimited':
      return [again(moment)];
    case 'serverError':
      return [again(moment), ...quoteToSupport(failure)];
    case 'tls':
      return [tls(failure.code, moment)];
    case 'proxy':
      return [proxy(failure.status, failure.code)];
    case 'signedOut':
    case 'badCredentials':
    case 'signInRefused':
    case 'noSuchAccount':
      return moment === 'list' && failure.kind === 'noSuchAccount'
        ? [afterNotFound('list')]
        : [signInAgain(failure, moment)];
    case 'userBlocked':
    case 'noPermission':
      return [askForAccess(moment)];
    case 'notFound':
      return [failure.isPage === true ? notOnna(moment) : afterNotFound(moment)];
    case 'noContent':
      return [
        moment === 'download'
          ? vscode.l10n.t('Use “Sync Now” on the Datasource to collect the Resource again.')
          : vscode.l10n.t('Use “Send to Processing” in the Resource’s context menu.'),
      ];
    case 'unexpectedStatus':
      return [failure.isPage === true ? notOnna(moment) : support()];
    case 'redirected':
      return [notOnna(moment)];
    case 'decode':
      if (failure.form === 'webPage') return [notOnna(moment)];
      return failure.form === 'tooDeep' ? [support()] : [again(moment), support()];
    case 'tooLarge':
      return [tooLarge(moment)];
    case 'duplicateId':
    case 'invalid':
      return [
        moment === 'accountStep'
          ? vscode.l10n.t('Correct the account, or press Enter again to continue anyway.')
          : support(),
      ];
  }
}

function tooLarge(moment: Moment): string {
  switch (moment) {
    case 'resources':
    case 'moreResources':
      return vscode.l10n.t('Set “onna.pageSize” to a lower number, then try again.');
    case 'document':
      return vscode.l10n.t('Use “Download” in the Resource’s context menu instead.');
    default:
      return support();
  }
}

/** Asks the user to quote the error id, which the service's operators can find in their logs. */
function quoteToSupport(failure: OnnaFailure): readonly string[] {
  return failure.kind === 'serverError' && failure.eid !== undefined
    ? [vscode.l10n.t('If this keeps happening, quote {0} to Onna’s support.', failure.eid)]
    : [];
}
