import type { MessagePort } from 'node:worker_threads';
import type { Part, SourceFile } from './extraction.ts';
import type { ExtractOptions, ReadText } from './extract.ts';
import type { FileHead, FromWorker, ToWorker } from './workerMessages.ts';

/** Reads a file, as `extractText` does. */
type Extract = (file: SourceFile, options: ExtractOptions) => Promise<ReadText>;

/** A file whose content is arriving. */
interface Arriving {
  readonly head: FileHead;
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

/** Copies the bytes of a part, because a reader may still need the buffer that they are in. */
function copyOf(part: Part): Part & { readonly bytes: Uint8Array<ArrayBuffer> } {
  return { ...part, bytes: new Uint8Array(part.bytes) };
}

/** Answers the messages of the server in a worker thread, one file at a time. */
export function serveExtraction(
  port: MessagePort,
  extract: Extract,
  limits: NonNullable<ExtractOptions['limits']>,
): void {
  let arriving: Arriving | undefined;
  let onTaken: ((wantsMore: boolean) => void) | undefined;

  const send = (message: FromWorker, transferred: ArrayBuffer[] = []): void =>
    port.postMessage(message, transferred);

  const takePart = (part: Part): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    onTaken = resolve;
    const copy = copyOf(part);
    send({ kind: 'part', part: copy }, [copy.bytes.buffer]);
    return promise;
  };

  const readWhenComplete = (): void => {
    if (!arriving || arriving.filled < arriving.head.size) return;
    const { head, bytes } = arriving;
    arriving = undefined;
    const { name, contentType, budget } = head;
    extract({ bytes, name, contentType }, { takePart, budget, limits }).then(
      (read) => send({ kind: 'read', read }),
      () => send({ kind: 'read', read: { text: '', exception: 'Has Error' } }),
    );
  };

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'file') {
      arriving = { head: message.head, bytes: new Uint8Array(message.head.size), filled: 0 };
    } else if (message.kind === 'chunk') {
      arriving?.bytes.set(message.bytes, arriving.filled);
      if (arriving) arriving.filled += message.bytes.length;
    } else {
      onTaken?.(message.wantsMore);
      return;
    }
    readWhenComplete();
  });
}
