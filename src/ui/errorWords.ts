import * as vscode from 'vscode';
import { OnnaError } from '../onna/errors.ts';
import type { OnnaFailure } from '../onna/errors.ts';
import { isTlsCode } from '../onna/transport/networkFailure.ts';
import { displayText } from '../shared/displayText.ts';

/** The service's words in it are cut long before; a system's may hold a path of any length. UTF-16 units. */
const longestDescription = 1_000;

/** What happened, and what to do, in one or two sentences: a line without control characters, whatever the service sent. */
export function describeError(error: unknown): string {
  const words =
    error instanceof OnnaError
      ? describeFailure(error.failure)
      : String(error instanceof Error ? error.message : error);
  return displayText(words, longestDescription);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** The service's own words, as a sentence of their own. */
function quoted(message: string | undefined): string {
  return message === undefined ? '' : ` ${vscode.l10n.t('It said: “{0}”.', message.replace(/[.\s]+$/, ''))}`;
}

function describeTimeout(failure: OnnaFailure & { kind: 'timeout' }): string {
  const { host, afterMs } = failure;
  switch (failure.phase) {
    case 'connect':
      return vscode.l10n.t(
        '{0} could not be reached within {1} s. Check the network, the VPN and the server’s address.',
        host,
        seconds(afterMs),
      );
    case 'answer':
      return vscode.l10n.t(
        '{0} did not answer within {1} s. Try again; if it stays so, the service may be overloaded.',
        host,
        seconds(afterMs),
      );
    case 'body':
      return vscode.l10n.t(
        '{0} began to answer but did not finish; it was given up after {1} s. Try again; if it stays so, check the network.',
        host,
        seconds(afterMs),
      );
  }
}

function describeUnreachable(failure: OnnaFailure & { kind: 'unreachable' }): string {
  const { host, code } = failure;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return vscode.l10n.t(
        'No server named {0} was found. Check the server’s address, the network and the VPN.',
        host,
      );
    case 'ECONNREFUSED':
      return vscode.l10n.t(
        '{0} refused the connection. Check the server’s address and whether it is running.',
        host,
      );
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return vscode.l10n.t('The connection to {0} broke off. Try again.', host);
    default:
      return vscode.l10n.t(
        '{0} could not be reached ({1}). Check the network and the server’s address.',
        host,
        code,
      );
  }
}

function describeTls(failure: OnnaFailure & { kind: 'tls' }): string {
  const { host, code } = failure;
  if (code === 'CERT_HAS_EXPIRED') {
    return vscode.l10n.t(
      'The certificate of {0} has expired. Check this machine’s clock; otherwise tell whoever runs the server.',
      host,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return vscode.l10n.t('The certificate presented is not for {0}. Check the server’s address.', host);
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return vscode.l10n.t(
      'The certificate of {0} is not valid yet. Check this machine’s clock; otherwise tell whoever runs the server.',
      host,
    );
  }
  if (/^(ERR_SSL_|EPROTO$)/.test(code)) {
    return vscode.l10n.t(
      '{0} does not speak TLS in a way that this machine understands ({1}). Check the server’s address and its port, and whether it begins with “http://”.',
      host,
      code,
    );
  }
  return vscode.l10n.t(
    'The certificate of {0} is not trusted ({1}). If your organisation has its own certificate authority, add it to the system’s certificates or to NODE_EXTRA_CA_CERTS.',
    host,
    code,
  );
}

function describeProxy(failure: OnnaFailure & { kind: 'proxy' }): string {
  const { host, proxy, status, code = '' } = failure;
  const subject = proxy === undefined ? vscode.l10n.t('The proxy') : vscode.l10n.t('The proxy {0}', proxy);
  if (status === 407) {
    return vscode.l10n.t(
      '{0} asks for a user and password, or does not take those it was given. Set “http.proxyAuthorization”, or put them in the URL in “http.proxy”.',
      subject,
    );
  }
  if (status !== undefined) {
    return vscode.l10n.t(
      '{0} did not let the connection to {1} through ({2}). Check “http.proxy” and “http.noProxy”.',
      subject,
      host,
      status,
    );
  }
  if (isTlsCode(code)) {
    return vscode.l10n.t(
      'The certificate of {0} is not trusted ({1}). Check “http.proxy”; if your organisation has its own certificate authority, add it to the system’s certificates or to NODE_EXTRA_CA_CERTS.',
      proxy ?? vscode.l10n.t('The proxy'),
      code,
    );
  }
  return vscode.l10n.t(
    '{0}, through which {1} is reached, could not be connected to ({2}). Check “http.proxy”, “http.noProxy” and whether the proxy is running.',
    subject,
    host,
    code,
  );
}

function describeInvalid(failure: OnnaFailure & { kind: 'invalid' }): string {
  const fields = failure.fields.map(({ field, message }) =>
    message === '' ? field : `${field}: ${message}`,
  );
  if (fields.length > 0)
    return vscode.l10n.t('The service did not accept the request. {0}', fields.join('; '));
  return (
    vscode.l10n.t('The service did not accept the request ({0}).', failure.status) + quoted(failure.message)
  );
}

function describeServerError(failure: OnnaFailure & { kind: 'serverError' }): string {
  const base = vscode.l10n.t('The service failed ({0}). Try again later.', failure.status);
  return failure.eid === undefined
    ? base
    : `${base} ${vscode.l10n.t('Quote {0} to Onna’s support.', failure.eid)}`;
}

function describeFailure(failure: OnnaFailure): string {
  switch (failure.kind) {
    case 'cancelled':
      return vscode.l10n.t('Cancelled.');
    case 'unreachable':
      return describeUnreachable(failure);
    case 'timeout':
      return describeTimeout(failure);
    case 'tls':
      return describeTls(failure);
    case 'proxy':
      return describeProxy(failure);
    case 'signedOut':
      return vscode.l10n.t('You are signed out: the token has expired or was revoked. Sign in again.');
    case 'badCredentials':
      return vscode.l10n.t('The user or the password is wrong.');
    case 'signInRefused':
      return (
        vscode.l10n.t(
          'The service does not let you sign in to this account by password. Check the account’s name; where single sign-on is enforced, use a token.',
        ) + quoted(failure.message)
      );
    case 'noPermission':
      return failure.login === undefined
        ? vscode.l10n.t('You have no permission for this. Ask somebody with the Manage role.')
        : vscode.l10n.t(
            '{0} has no permission for this. Ask somebody with the Manage role. (A new permission takes up to two minutes to arrive.)',
            failure.login,
          );
    case 'notFound':
      return vscode.l10n.t('Not found, or you have no access to it. Refresh to see what is there now.');
    case 'noContent':
      return vscode.l10n.t('This Resource has no content: there is neither a file nor text of it.');
    case 'duplicateId':
      return vscode.l10n.t('Something with this name exists already.') + quoted(failure.message);
    case 'writeConflict':
      return vscode.l10n.t('Somebody else changed the same thing at the same moment. Try again.');
    case 'invalid':
      return describeInvalid(failure);
    case 'authServerDown':
      return vscode.l10n.t(
        'Onna’s sign-in server does not answer at the moment. You stay signed in. Try again in a moment.',
      );
    case 'rateLimited':
      return failure.retryAfterMs === undefined
        ? vscode.l10n.t('The service asks for fewer requests. Try again in a while.')
        : vscode.l10n.t(
            'The service asks to wait {0} s before the next request.',
            seconds(failure.retryAfterMs),
          );
    case 'serverError':
      return describeServerError(failure);
    case 'unexpectedStatus':
      return (
        vscode.l10n.t('The service gave an unexpected answer ({0}).', failure.status) +
        quoted(failure.message)
      );
    case 'decode':
      return vscode.l10n.t(
        'The answer is not what Onna sends ({0}: {1}). Check the server’s address, and whether a proxy or a sign-in page stands in between.',
        failure.what,
        failure.problem,
      );
    case 'tooLarge':
      return vscode.l10n.t(
        'The answer is larger than {0} MB and was not read.',
        Math.round(failure.limitBytes / (1 << 20)),
      );
    case 'redirected':
      return vscode.l10n.t(
        'The server redirects to another address ({0}), which was not followed, so that your token stays with the server you signed in to. Check the server’s address.',
        failure.to,
      );
  }
}
