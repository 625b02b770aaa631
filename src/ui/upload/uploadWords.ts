import * as vscode from 'vscode';
import type { LeftOut } from '../../model/upload/collectFiles.ts';
import { maxFiles } from '../../model/upload/collectFiles.ts';
import { folderOf } from '../../model/upload/collisions.ts';
import type { LocalFile } from '../../model/upload/localFile.ts';
import { FileChanged } from '../../model/upload/localFile.ts';
import { FolderRefused } from '../../model/upload/folderRefused.ts';
import { ChecksumMismatch } from '../../model/upload/uploadRun.ts';
import { describeError } from '../text/errorText.ts';
import { plainText } from '../text/plainText.ts';

/** Maximum number of file names in the question whether to replace existing files. */
const maxNamed = 5;

/** Explains why a file could not be uploaded. */
export function failureWords(error: unknown): string {
  if (error instanceof FileChanged) return vscode.l10n.t('The file was changed during the upload.');
  if (error instanceof ChecksumMismatch)
    return vscode.l10n.t('The server has stored different content: the checksums differ.');
  if (error instanceof FolderRefused)
    return vscode.l10n.t(
      'The server refused to create the folder “{0}”. Upload its files without the folder.',
      plainText(error.folder),
    );
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return vscode.l10n.t('The file no longer exists.');
    case 'EACCES':
    case 'EPERM':
      return vscode.l10n.t('You are not allowed to read the file.');
    default:
      return describeError(error, 'action');
  }
}

/** Explains why a file or folder was left out. */
export function leftOutWords({ reason }: LeftOut): string {
  switch (reason) {
    case 'loop':
      return vscode.l10n.t('It is a link to a folder that contains it.');
    case 'special':
      return vscode.l10n.t('It is neither a file nor a folder.');
    case 'lost':
      return vscode.l10n.t(
        'It came from the browser, and its content is no longer available. Drop it again.',
      );
    case 'tooMany':
      return vscode.l10n.t(
        'One upload can contain at most {0} files.',
        maxFiles.toLocaleString(vscode.env.language),
      );
    default:
      return failureWords(reason);
  }
}

/** The question whether to replace files that have the same names. */
export function collisionQuestion(files: readonly LocalFile[], datasource: string): string {
  const names = files
    .slice(0, maxNamed)
    .map((file) => plainText(`${folderOf(file)}/${file.name}`.replace(/^\//, '')));
  const shown = files.length > maxNamed ? `${names.join(', ')}, …` : names.join(', ');
  return files.length === 1
    ? vscode.l10n.t('“{0}” already has a file with this name: {1}', datasource, shown)
    : vscode.l10n.t(
        '“{0}” already has files with {1} of these names: {2}',
        datasource,
        files.length.toLocaleString(vscode.env.language),
        shown,
      );
}
