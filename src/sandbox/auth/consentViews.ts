import { datasourceType } from '../base/datasourceTypes.ts';
import { json } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { notAllowed, schemaViolation } from '../http/refusals.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import { consentProvider, consentProviders } from './consentTypes.ts';
import type { ConsentProvider } from './consentTypes.ts';
import type { Consents } from './consents.ts';

/** Schemes of scripts, inline documents, local files and browser pages. The consent page never leads to them. */
const refusedSchemes = new Set(['javascript:', 'data:', 'blob:', 'file:', 'about:', 'view-source:']);

/** @throws Refusal 412 */
function readRedirect(query: URLSearchParams): URL | undefined {
  const text = query.get('redirect_to') ?? '';
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || refusedSchemes.has(url.protocol))
    throw schemaViolation('query', 'redirect_to', 'An absolute URL is required');
  return url;
}

/**
 * Returns the address of a provider's consent page: `@datasourceAuthCode/{type}`, and the older `@get…AuthCode`, which
 * requires `redirect_to` (docs/onna-api.md §5).
 */
export function consentViews(consents: Consents): ServiceView[] {
  function ask({ login = '', header }: ViewRequest, provider: ConsentProvider, redirectTo?: URL): Answer {
    const id = consents.ask({ login, provider, redirectTo });
    // The address has the Host that the caller used, because the page is on this server.
    return json({ url: `http://${header('host') ?? ''}/_sandbox/consent?request=${id}` });
  }
  const common = { methods: ['GET'], permission: 'guillotina.AccessContent' } as const;
  return [
    {
      ...common,
      name: '@datasourceAuthCode',
      takesTail: true,
      appliesTo: (target) => isAccount(target) || (target.kind === 'node' && target.node.type === 'User'),
      answer(request) {
        const [name = '', ...more] = request.tail;
        const provider = consentProvider(datasourceType(name) ?? '');
        if (!provider || more.length > 0) throw notAllowed(`Type '${name}' has no consent page`);
        return ask(request, provider, readRedirect(request.query));
      },
    },
    ...consentProviders.flatMap((provider): ServiceView[] => {
      const { endpoint } = provider;
      if (!endpoint) return [];
      const answer = (request: ViewRequest): Answer => {
        const redirectTo = readRedirect(request.query);
        if (!redirectTo) throw schemaViolation('query', 'redirect_to', 'An absolute URL is required');
        return ask(request, provider, redirectTo);
      };
      return [{ ...common, ...endpoint, answer }];
    }),
  ];
}
