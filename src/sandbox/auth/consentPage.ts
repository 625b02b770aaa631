import { text } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { ConsentRequest, Consents } from './consents.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** The part of an address that the page shows and that its form may lead to. Never contains the query. */
function placeOf(url: URL): string {
  return /^https?:$/.test(url.protocol) ? url.origin : url.protocol;
}

/**
 * The page has no script. Its form may lead only to this server and to the place that gets the code. No page may frame
 * it, so that no page can make the user click Allow.
 */
function headersFor(redirectTo?: URL): Readonly<Record<string, string>> {
  const targets = redirectTo === undefined ? '' : ` ${placeOf(redirectTo)}`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; " +
      `form-action 'self'${targets}`,
    'x-frame-options': 'DENY',
    // With `no-referrer`, a browser would send the form with `Origin: null`.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}

function page(status: number, title: string, content: string, redirectTo?: URL): Answer {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${escaped(title)}</title>
    <link rel="icon" href="/_sandbox/page/icon.svg" />
    <link rel="stylesheet" href="/_sandbox/page/page.css" />
  </head>
  <body>
    <main id="consent">
      <h1>${escaped(title)}</h1>
      ${content}
    </main>
  </body>
</html>
`;
  return { ...text(html, status), headers: headersFor(redirectTo) };
}

function gonePage(): Answer {
  return page(
    410,
    'This request has ended',
    '<p>It was answered already, or it is older than ten minutes. Start again in the program that opened this page.</p>',
  );
}

/** Answers GET with the page that asks the user. Changes nothing. */
export function askPage(consents: Consents, id: string): Answer {
  const request = consents.find(id);
  if (!request) return gonePage();
  const { login, provider, redirectTo } = request;
  const title = escaped(provider.title);
  const then =
    redirectTo === undefined
      ? 'The next page shows a code for the program that opened this page.'
      : `The code then goes to <strong>${escaped(placeOf(redirectTo))}</strong>.`;
  const button = (decision: string, label: string): string =>
    `<button name="decision" value="${decision}">${label}</button>`;
  return page(
    200,
    `${provider.title}: allow access?`,
    `<p>Onna asks to read the ${title} data of <strong>${escaped(login)}</strong>. ${then}</p>
      <p class="hint">The sandbox plays the part of ${title}. No real account is used.</p>
      <form method="post" action="/_sandbox/consent">
        <input type="hidden" name="request" value="${escaped(id)}" />
        ${button('allow', 'Allow')}
        ${redirectTo === undefined ? '' : button('show', 'Allow and show the code')}
        ${button('deny', 'Deny')}
      </form>`,
    redirectTo,
  );
}

function redirect(to: URL, name: string, value: string): Answer {
  const url = new URL(to);
  url.searchParams.append(name, value);
  return { ...text('', 303), headers: { ...headersFor(), location: url.href } };
}

function codePage({ provider }: ConsentRequest, code: string): Answer {
  return page(
    200,
    'Copy the code',
    `<p>Paste this code into the program that asked for access to ${escaped(provider.title)}. It is valid once, for ten minutes.</p>
      <p><code id="code">${escaped(code)}</code></p>`,
  );
}

/**
 * Handles the POST with the user's decision, and uses up the request. The caller has checked that the form comes from
 * this server.
 */
export function answerConsent(consents: Consents, form: URLSearchParams): Answer {
  const decision = form.get('decision');
  const request = consents.answer(form.get('request') ?? '');
  if (!request) return gonePage();
  const { redirectTo } = request;
  if (decision !== 'allow' && decision !== 'show')
    return redirectTo
      ? redirect(redirectTo, 'error', 'access_denied')
      : page(200, 'Access denied', '<p>Onna got no access. You can close this page.</p>');
  const code = consents.issue(request);
  return redirectTo && decision === 'allow' ? redirect(redirectTo, 'code', code) : codePage(request, code);
}
