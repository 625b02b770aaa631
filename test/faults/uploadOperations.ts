import { createHash } from 'node:crypto';
import { FolderRefused } from '../../src/model/upload/folderRefused.ts';
import { UploadFolders } from '../../src/model/upload/uploadFolders.ts';
import { tusUpload } from '../../src/onna/tus/tusUpload.ts';
import { accountPath, uploadedText } from './account.ts';
import { ends } from './operation.ts';
import type { Operation } from './operation.ts';
import { action, reading } from './operationKinds.ts';
import type { World } from './world.ts';

const drive = `${accountPath}/drive`;
/** The path of the folder that was created in each world. */
const made = new WeakMap<World, string>();

/** Returns the operation that uploads a file of one part, with the fault in the response to one of its requests. */
function upload(name: string, concerns: Operation['concerns']): Operation {
  let received = 0;
  return action(
    name,
    concerns,
    async (world: World) => {
      received = 0;
      const { uploads } = await world.client();
      const bytes = Buffer.from(uploadedText);
      await tusUpload({
        client: uploads,
        endpoint: uploads.newFileUrl(drive),
        resumed: undefined,
        name: 'water.json',
        size: bytes.length,
        md5: createHash('md5').update(bytes).digest('hex'),
        signal: new AbortController().signal,
        // Continuing after a failure begins with another request, which has tests of its own.
        retryDelaysMs: [],
        read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
        begun: () => undefined,
        received: (sent) => (received = sent),
      });
    },
    () => received === uploadedText.length,
  );
}

/** The requests of an upload into a folder Datasource. */
export const uploadOperations: readonly Operation[] = [
  reading(
    'names of the files in a folder',
    'notification of a read',
    ends('@getAllChildrenData'),
    async (world) => {
      const files = [];
      for await (const page of (await world.client()).uploads.storedFiles(drive)) files.push(...page);
      return files;
    },
    'tides-0.txt',
  ),
  action(
    'create a folder for an upload',
    ({ method, path }) => method === 'POST' && path === drive,
    async (world) => {
      const folders = new UploadFolders((await world.client()).content, drive, new AbortController().signal);
      try {
        made.set(world, await folders.path(['Charts']));
      } catch (error) {
        // The message names the folder, and then gives the cause.
        throw error instanceof FolderRefused ? error.cause : error;
      }
    },
    (world) => made.get(world) === `${drive}/Charts`,
  ),
  upload('begin an upload', ends('@tusPOST')),
  upload('send a part of an upload', ends('/@tusupload/1')),
];
