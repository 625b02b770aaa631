import type { Answer } from '../http/answer.ts';
import { pythonText } from './pythonText.ts';

type Rendering = 'json' | 'html' | 'plain';

const renderings: Readonly<Record<string, Rendering>> = {
  'application/json': 'json',
  '*/*': 'json',
  'text/html': 'html',
  'text/*': 'html',
  'text/plain': 'plain',
};

/** The preferred type in an `Accept` header. JSON if the header names no type that the service can send. */
function preferred(accept: string | undefined): Rendering {
  const wanted = (accept ?? '').split(',').map((entry) => {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
  for (const { type } of wanted.toSorted((left, right) => right.quality - left.quality))
    if (Object.hasOwn(renderings, type)) return renderings[type] ?? 'json';
  return 'json';
}

/**
 * Converts a JSON answer to HTML or plain text if the client prefers that (docs/onna-api.md §18). Unlike the framework,
 * escapes the HTML, because in a browser it has the same origin as the sandbox's own page.
 */
export function render(answer: Answer, accept: string | undefined): Answer {
  const { body } = answer;
  if (body.kind !== 'json' && body.kind !== 'empty') return answer;
  const rendering = preferred(accept);
  if (rendering === 'json') return answer;
  const isHtml = rendering === 'html';
  const headers = {
    ...answer.headers,
    'content-type': isHtml ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
  };
  if (answer.status === 204) return { ...answer, headers };
  // The framework renders an empty body as None or null, although not as JSON.
  const value = body.kind === 'json' ? body.value : null;
  if (!isHtml)
    return {
      ...answer,
      headers,
      body: { kind: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) },
    };
  const content = typeof value === 'string' ? value : pythonText(value);
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { ...answer, headers, body: { kind: 'text', text: `<html><body>${escaped}</body></html>` } };
}
