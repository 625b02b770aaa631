import * as vscode from 'vscode';
import { announcedBytes, saveFile, watched, type SaveProgress } from '../../model/resources/saveFile.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';

/**
 * Maximum size of a file written with `workspace.fs`, in bytes. This API writes a whole file at once, so the file must
 * fit in memory.
 */
const maxBytesInMemory = 100 << 20;

/** Options for saving a download. */
export interface SaveOptions {
  /** Whether an existing target is replaced. If not, and the target exists, saving fails. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly report: (progress: SaveProgress) => void;
  /** Maximum size of a file on another machine. Default: 100 MiB. */
  readonly maxBytes?: number;
}

/**
 * Saves a download completely or not at all. In a remote or browser window, the target may be on another
 * machine. Its URI then has a scheme other than `file:`.
 * @throws OnnaError if the service's response breaks off. For other failures, an Error with a message for the
 * user.
 */
export async function saveDownload(
  response: TransportResponse,
  target: vscode.Uri,
  options: SaveOptions,
): Promise<void> {
  const { signal, report, overwrite, maxBytes = maxBytesInMemory } = options;
  if (target.scheme === 'file') {
    await saveFile(response, target.fsPath, signal, report, overwrite);
    return;
  }
  const before = await sizeOf(target);
  try {
    if (before !== undefined && !overwrite) throw vscode.FileSystemError.FileExists(target);
    if ((announcedBytes(response) ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const bytes = await readWhole(response, maxBytes, signal, report);
    await vscode.workspace.fs.writeFile(target, bytes);
    const { size } = await vscode.workspace.fs.stat(target);
    if (size !== bytes.length)
      throw new Error(vscode.l10n.t('Only {0} of {1} bytes were written.', size, bytes.length));
  } catch (error) {
    response.destroy();
    // A browser's own dialog creates an empty file. Delete that file, but keep a file that already had content.
    if (overwrite ? !before : before === undefined)
      await vscode.workspace.fs.delete(target).then(undefined, () => undefined);
    throw error;
  }
}

async function readWhole(
  response: TransportResponse,
  maxBytes: number,
  signal: AbortSignal,
  report: (progress: SaveProgress) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of watched(response, (progress) => {
      if (progress.received > maxBytes) throw tooLarge(maxBytes);
      report(progress);
    }))
      chunks.push(chunk);
  } catch (error) {
    throw signal.aborted ? new OnnaError({ kind: 'cancelled' }) : error;
  }
  if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
  return Buffer.concat(chunks);
}

/** The size of a file in bytes. Undefined if the file does not exist. */
async function sizeOf(uri: vscode.Uri): Promise<number | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size;
  } catch {
    return undefined;
  }
}

function tooLarge(maxBytes: number): Error {
  return new Error(
    vscode.l10n.t(
      'The file is larger than {0} MB. Choose a folder on the machine that the extension runs on: VS Code cannot write larger files anywhere else.',
      Math.round(maxBytes / (1 << 20)),
    ),
  );
}
