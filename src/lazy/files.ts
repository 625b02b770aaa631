import * as vscode from 'vscode';
import { fileScheme } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';
import { forwarded } from './forwarded.ts';

/** Registers the read-only file system of Resources. The runtime is loaded with the first file. */
export function registerFiles(load: () => Promise<Runtime>): vscode.Disposable {
  const files = async (): Promise<Runtime['files']> => (await load()).files;
  const provider = {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => new vscode.Disposable(() => undefined),
    ...forwarded<vscode.FileSystemProvider, 'stat' | 'readFile' | 'readDirectory' | Writes>(
      files,
      'stat',
      'readFile',
      'readDirectory',
      'createDirectory',
      'writeFile',
      'delete',
      'rename',
    ),
  };
  return vscode.workspace.registerFileSystemProvider(fileScheme, provider, { isReadonly: true });
}

type Writes = 'createDirectory' | 'writeFile' | 'delete' | 'rename';
