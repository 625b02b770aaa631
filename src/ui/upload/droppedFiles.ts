import * as vscode from 'vscode';
import { collectFiles, type CollectedFiles, type LeftOut } from '../../model/upload/collectFiles.ts';
import { fileInMemory, type LocalFile } from '../../model/upload/localFile.ts';
import { lastSegment } from '../../onna/address.ts';

/** Files and folders that were dropped or picked. */
export interface Dropped {
  readonly uris: readonly vscode.Uri[];
  /** Files without a path on this machine. In a browser, VS Code passes only their content. */
  readonly files: readonly vscode.DataTransferFile[];
}

/** Returns the files and folders that were dropped. */
export async function droppedItems(dataTransfer: vscode.DataTransfer): Promise<Dropped> {
  const uris = new Map<string, vscode.Uri>();
  const list = (await dataTransfer.get('text/uri-list')?.asString()) ?? '';
  for (const line of list.split(/\r?\n/)) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const uri = vscode.Uri.parse(text);
    uris.set(uri.toString(), uri);
  }
  const files: vscode.DataTransferFile[] = [];
  for (const [, item] of dataTransfer) {
    const file = item.asFile();
    // Keep only the URI of a file on this machine. The upload reads the file from the disk in parts.
    if (file?.uri) uris.set(file.uri.toString(), file.uri);
    else if (file) files.push(file);
  }
  return { uris: [...uris.values()], files };
}

/** Finds all files below the dropped folders. @throws OnnaError or AbortError if `signal` aborts */
export async function collectDropped({ uris, files }: Dropped, signal: AbortSignal): Promise<CollectedFiles> {
  const local = uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  const collected = await collectFiles(local, signal);
  const found: LocalFile[] = [...collected.files];
  const leftOut: LeftOut[] = [...collected.leftOut];
  for (const uri of uris.filter(({ scheme }) => scheme !== 'file')) await visit(uri, []);
  // Names from a browser never contain a folder.
  for (const file of files) found.push(fileInMemory(file.name, async () => file.data()));
  return { files: found, leftOut };

  /** Walks through a file system that another extension provides. */
  async function visit(uri: vscode.Uri, folder: readonly string[]): Promise<void> {
    signal.throwIfAborted();
    const name = lastSegment(uri.path);
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      if (type & vscode.FileType.File)
        found.push(fileInMemory(name, async () => vscode.workspace.fs.readFile(uri), folder));
      // Do not follow links to folders, because they could lead back to a parent folder.
      else if (type === vscode.FileType.Directory)
        for (const [child] of await vscode.workspace.fs.readDirectory(uri))
          await visit(vscode.Uri.joinPath(uri, child), [...folder, name]);
      else leftOut.push({ path: uri.toString(), reason: 'special' });
    } catch (error) {
      signal.throwIfAborted();
      leftOut.push({
        path: uri.toString(),
        reason: error instanceof Error ? error : new Error(String(error)),
      });
    }
  }
}
