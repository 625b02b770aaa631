/** The service refused to create a folder in the Datasource. */
export class FolderRefused extends Error {
  override readonly name = 'FolderRefused';
  /** The name of the folder on this machine. */
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    super(`The service refused to create the folder ${folder}`, { cause });
    this.folder = folder;
  }
}
