import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../http/answer.ts';
import { compressed } from './compression.ts';

/** Thrown if an answer could not be sent completely. */
class NotSent extends Error {
  override readonly name = 'NotSent';
}

/**
 * Waits for `event`, which the response emits when the client has read enough.
 * @throws NotSent if the client disconnects or reads nothing for `patienceMs`
 */
function untilRead(response: ServerResponse, event: 'drain' | 'finish', patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NotSent): void => {
      clearTimeout(timer);
      response.off(event, read);
      response.off('close', gone);
      if (error) reject(error);
      else resolve();
    };
    const read = (): void => settle();
    const gone = (): void => settle(new NotSent('the client disconnected'));
    const timer = setTimeout(() => settle(new NotSent('the client stopped reading')), patienceMs);
    response.once(event, read);
    response.once('close', gone);
    if (response.closed || response.destroyed) gone();
    else if (event === 'finish' && response.writableFinished) read();
  });
}

/**
 * Sends a whole answer, no faster than the client reads it.
 * @param patienceMs Maximum time without any read by the client, in ms.
 * @throws NotSent
 */
export async function sendAnswer(
  response: ServerResponse,
  { status, reason, headers = {}, body, mayCompress = false }: Answer,
  { method, headers: { 'accept-encoding': acceptedEncodings } }: IncomingMessage,
  patienceMs: number,
): Promise<void> {
  if (reason !== undefined) response.statusMessage = reason;
  // Answers must not be cached: they change with every run of a Datasource and differ between users.
  response.setHeader('cache-control', 'no-store');
  // Pages of other origins must not use an answer.
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  // A browser must not guess that the content is a page and then render it.
  response.setHeader('x-content-type-options', 'nosniff');
  const isHead = method === 'HEAD';
  if (body.kind === 'bytes') {
    const length = { 'content-type': body.contentType, 'content-length': body.length };
    response.writeHead(status, { ...length, ...headers });
    for (const chunk of isHead ? [] : body.chunks) {
      if (!response.write(chunk)) await untilRead(response, 'drain', patienceMs);
    }
    response.end();
  } else if (body.kind === 'stream') {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
    if (!isHead)
      for await (const chunk of body.chunks) {
        if (!response.write(chunk)) await untilRead(response, 'drain', patienceMs);
      }
    response.end();
  } else {
    const whole = body.kind === 'json' ? JSON.stringify(body.value) : body.kind === 'text' ? body.text : '';
    const smaller = mayCompress ? await compressed(Buffer.from(whole), acceptedEncodings) : undefined;
    const content = smaller?.content ?? whole;
    response.writeHead(status, {
      'content-type': body.kind === 'text' ? 'text/plain; charset=utf-8' : 'application/json',
      ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(content) }),
      ...(mayCompress ? { vary: 'accept-encoding' } : {}),
      ...(smaller ? { 'content-encoding': smaller.encoding } : {}),
      ...headers,
    });
    response.end(isHead ? undefined : content);
  }
  await untilRead(response, 'finish', patienceMs);
}
