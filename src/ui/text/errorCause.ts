import * as vscode from 'vscode';
import type { OnnaFailure } from '../../onna/errors.ts';
import { isTlsCode } from '../../onna/transport/networkFailure.ts';
import { displayText } from '../../shared/displayText.ts';
import type { Moment } from './errorMoment.ts';

/** Maximum length of a quoted service message, in UTF-16 units. The log has the full text. */
const maxQuoteLength = 80;
/** Maximum length of a name in a sentence, in UTF-16 units. */
const maxNameLength = 40;

function short(text: string, limit = maxNameLength): string {
  return displayText(text, limit);
}

/** The service's message, quoted in a separate sentence. */
function quoted(message: string | undefined): string {
  const words = short(message ?? '', maxQuoteLength).replace(/[.\s]+$/, '');
  return words === '' ? '' : ` ${vscode.l10n.t('The service said: “{0}”.', words)}`;
}

/** A duration in seconds if it is at most 90 s, otherwise in minutes. */
function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 90 ? vscode.l10n.t('{0} s', seconds) : vscode.l10n.t('{0} min', Math.ceil(seconds / 60));
}

function unreachable({ host, code }: OnnaFailure & { kind: 'unreachable' }): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return vscode.l10n.t('No server named {0} was found.', host);
    case 'ECONNREFUSED':
      return vscode.l10n.t('{0} refused the connection.', host);
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return vscode.l10n.t('The connection to {0} was lost.', host);
    default:
      return vscode.l10n.t('{0} could not be reached.', host);
  }
}

function timeout({ host, phase, afterMs }: OnnaFailure & { kind: 'timeout' }): string {
  switch (phase) {
    case 'connect':
      return vscode.l10n.t('{0} could not be reached within {1}.', host, duration(afterMs));
    case 'answer':
      return vscode.l10n.t('{0} did not answer within {1}.', host, duration(afterMs));
    case 'body':
      return vscode.l10n.t('{0} did not finish its answer within {1}.', host, duration(afterMs));
  }
}

function tls({ host, code }: OnnaFailure & { kind: 'tls' }): string {
  if (code === 'CERT_HAS_EXPIRED') return vscode.l10n.t('The certificate of {0} has expired.', host);
  if (code === 'CERT_NOT_YET_VALID') return vscode.l10n.t('The certificate of {0} is not valid yet.', host);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return vscode.l10n.t('The server’s certificate is not for {0}.', host);
  if (/^(ERR_SSL_|EPROTO$)/.test(code)) return vscode.l10n.t('{0} does not answer over HTTPS.', host);
  return vscode.l10n.t('The certificate of {0} is not trusted.', host);
}

function proxyFailure({ host, proxy, status, code = '' }: OnnaFailure & { kind: 'proxy' }): string {
  const subject = proxy === undefined ? vscode.l10n.t('The proxy') : vscode.l10n.t('The proxy {0}', proxy);
  if (status === 407)
    return vscode.l10n.t('{0} requires a user and password, or rejected those that it received.', subject);
  if (status !== undefined)
    return vscode.l10n.t('{0} refused the connection to {1} ({2}).', subject, host, status);
  if (isTlsCode(code))
    return vscode.l10n.t('The certificate of {0} is not trusted.', proxy ?? vscode.l10n.t('the proxy'));
  return proxy === undefined
    ? vscode.l10n.t('Could not connect to the proxy for {0}.', host)
    : vscode.l10n.t('Could not connect to {0}, the proxy for {1}.', proxy, host);
}

function noPermission(login: string | undefined, moment: Moment): string {
  const user = login === undefined ? vscode.l10n.t('You') : short(login);
  switch (moment) {
    case 'serverStep':
    case 'accountStep':
    case 'passwordStep':
    case 'tokenStep':
      return vscode.l10n.t('{0} may not sign in to this account.', user);
    case 'list':
      return vscode.l10n.t('{0} may not list the Datasources of this account.', user);
    case 'resources':
    case 'moreResources':
      return vscode.l10n.t('{0} may not list the Resources of this Datasource.', user);
    case 'document':
    case 'download':
      return vscode.l10n.t('{0} may not read this Resource.', user);
    case 'logDocument':
      return vscode.l10n.t('{0} may not read this log.', user);
    case 'details':
      return vscode.l10n.t('{0} may not read this.', user);
    case 'search':
      return vscode.l10n.t('{0} may not search this account or Datasource.', user);
    case 'action':
    case 'other':
      return vscode.l10n.t('{0} may not perform this action.', user);
  }
}

function notFound(moment: Moment): string {
  switch (moment) {
    case 'serverStep':
    case 'accountStep':
    case 'passwordStep':
    case 'tokenStep':
      return vscode.l10n.t('This server does not offer sign-in.');
    case 'list':
      return vscode.l10n.t('The service could not find this account, or you have no access to it.');
    case 'resources':
      return vscode.l10n.t('The service could not find this Datasource, or you have no access to it.');
    case 'moreResources':
      return vscode.l10n.t('The service could not find the next Resources of this Datasource.');
    case 'document':
    case 'download':
      return vscode.l10n.t('The service could not find this Resource, or you have no access to it.');
    case 'search':
      return vscode.l10n.t(
        'The service could not find the account or Datasource to search, or you have no access to it.',
      );
    case 'logDocument':
      return vscode.l10n.t('The service could not find this log, or you have no access to it.');
    case 'action':
      return vscode.l10n.t('The service could not find the item, or does not offer this action.');
    case 'details':
      return vscode.l10n.t(
        'The service could not find this part of the Datasource, or you have no access to it.',
      );
    case 'other':
      return vscode.l10n.t('The service could not find the item, or you have no access to it.');
  }
}

function noSuchAccount(failure: OnnaFailure & { kind: 'noSuchAccount' }): string {
  const account = short(failure.account);
  const container = short(failure.container);
  return failure.hasContainer === true
    ? vscode.l10n.t('This server has no account “{0}” in its container “{1}”.', account, container)
    : vscode.l10n.t('This server has no container “{0}” with an account “{1}”.', container, account);
}

function signInRefused(message: string | undefined, moment: Moment): string {
  if (moment === 'accountStep')
    return vscode.l10n.t(
      'This server did not issue a sign-in code: the account does not exist, or it allows only single sign-on.',
    );
  return (
    vscode.l10n.t('The service does not let you sign in to this account with a password.') + quoted(message)
  );
}

function refused(status: number, message: string | undefined): string {
  return vscode.l10n.t('The service refused the request ({0}).', status) + quoted(message);
}

/** One sentence that describes the failure. The log contains the details: see {@link detailOf}. */
export function causeOf(failure: OnnaFailure, moment: Moment): string {
  switch (failure.kind) {
    case 'cancelled':
      return vscode.l10n.t('Cancelled.');
    case 'unreachable':
      return unreachable(failure);
    case 'timeout':
      return timeout(failure);
    case 'tls':
      return tls(failure);
    case 'proxy':
      return proxyFailure(failure);
    case 'signedOut':
      return moment === 'tokenStep'
        ? vscode.l10n.t('The service does not accept this token. It may have expired.')
        : vscode.l10n.t('You are signed out: the token has expired or was revoked.');
    case 'badCredentials':
      return vscode.l10n.t('The user or the password is wrong.');
    case 'userBlocked':
      return vscode.l10n.t('The service has blocked this user.');
    case 'signInRefused':
      return signInRefused(failure.message, moment);
    case 'noSuchAccount':
      return noSuchAccount(failure);
    case 'noPermission':
      return noPermission(failure.login, moment);
    case 'notFound':
      return failure.isPage === true ? webPage() : notFound(moment);
    case 'noContent':
      return vscode.l10n.t('This Resource has no content: neither a file nor text.');
    case 'duplicateId':
      return refused(409, failure.message);
    case 'writeConflict':
      return moment === 'action'
        ? vscode.l10n.t('Someone else changed the same item at the same time.')
        : vscode.l10n.t('The service was busy with another change.');
    case 'invalid': {
      const { status, message, fields } = failure;
      const problems = fields.map(({ field, message: why }) => (why === '' ? field : `${field}: ${why}`));
      return refused(status, problems.length > 0 ? problems.join('; ') : message);
    }
    case 'authServerDown':
      return vscode.l10n.t('Onna’s sign-in server does not answer at the moment.');
    case 'rateLimited':
      return failure.retryAfterMs === undefined
        ? vscode.l10n.t('The service received too many requests.')
        : vscode.l10n.t(
            'The service asks you to wait {0} before the next request.',
            duration(failure.retryAfterMs),
          );
    case 'serverError':
      return vscode.l10n.t('The service failed ({0}).', failure.status);
    case 'unexpectedStatus':
      return failure.isPage === true ? webPage() : refused(failure.status, failure.message);
    case 'decode':
      if (failure.form === 'webPage') return webPage();
      return failure.form === 'tooDeep'
        ? vscode.l10n.t('The answer is nested too deeply to be shown.')
        : vscode.l10n.t('The answer could not be read: it is damaged, or did not come from Onna.');
    case 'tooLarge':
      return vscode.l10n.t(
        'The answer is larger than {0} MB and was not read.',
        Math.round(failure.limitBytes / (1 << 20)),
      );
    case 'redirected':
      return vscode.l10n.t(
        'The server redirects to {0}, but redirects are not followed.',
        short(failure.to, maxQuoteLength),
      );
  }
}

function webPage(): string {
  return vscode.l10n.t('The server sent a web page instead of Onna’s answer.');
}

/**
 * Details for the log that the user's message omits, such as a system error code or the expected type. May be empty.
 */
export function detailOf(failure: OnnaFailure): string {
  switch (failure.kind) {
    case 'unreachable':
    case 'tls':
      return failure.code;
    case 'proxy':
      return failure.code ?? '';
    case 'decode':
      return `${failure.what}: ${failure.problem}`;
    default:
      return 'message' in failure ? (failure.message ?? '') : '';
  }
}
