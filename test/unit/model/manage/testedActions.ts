import type { Actions } from '../../../../src/model/datasources/actions.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { deleteNode } from '../../../../src/model/manage/deletion.ts';
import type { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { SharingEdits } from '../../../../src/model/manage/sharing.ts';
import { openFile } from '../../../../src/model/resources/resourceContent.ts';
import { fileInMemory } from '../../../../src/model/upload/localFile.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import type { SandboxAccount } from '../history/sandboxAccount.ts';
import type { ManageWorld } from './manageWorld.ts';

/** The objects that an action needs. */
export interface Scene {
  readonly world: ManageWorld;
  readonly datasource: Datasource;
  readonly account: SandboxAccount;
  readonly edits: NodeEdits;
  readonly actions: Actions;
}

/** An action of the menu of a Datasource or of a Resource. */
export interface TestedAction {
  readonly command: string;
  /** Whether the action is in the menu of a Resource. */
  readonly onResource?: boolean;
  readonly type?: string;
  readonly status?: 'created' | 'paused' | 'pending';
  /** Whether the Datasource is already a favorite of the user. */
  readonly isFavorite?: boolean;
  /** Sends the requests of the action. @throws OnnaError */
  readonly act: (scene: Scene) => Promise<unknown>;
}

const { signal } = new AbortController();

async function firstResource({ account, datasource }: Scene): Promise<string> {
  const { children } = await account.client.children(datasource.path, 10, undefined);
  return children[0]?.path ?? `${datasource.path}/none`;
}

async function upload({ account: { client }, datasource }: Scene): Promise<void> {
  const file = fileInMemory('note.txt', () => Promise.resolve(Buffer.from('A note')));
  const items = [{ file, name: 'note.txt', replaces: undefined, index: 0 }];
  const run = new UploadRun({ client, path: datasource.path, signal, record: undefined });
  const { outcomes, stopped } = await run.run(items);
  const error = stopped ?? outcomes[0]?.error;
  if (error) throw error;
}

/** Reads one hit, as the search page does. */
function search({ account, datasource }: Scene): Promise<unknown> {
  const request = {
    advanced: { and: [] },
    from: 0,
    size: 1,
    includes: [],
    highlight: false,
    hide_children: true,
  };
  return account.client.search(datasource.path, request);
}

async function share({ world, datasource: { path: at } }: Scene): Promise<void> {
  const sharing = new SharingEdits(world.context);
  const change = { principal: 'tom@sandbox.test', role: 'guillotina.Reader' };
  await sharing.change(world.id, { path: at }, await sharing.read(world.id, at), change);
}

async function processResource(scene: Scene): Promise<void> {
  const paths = [await firstResource(scene)];
  const [outcome] = await scene.actions.process(scene.world.id, paths, signal, () => undefined);
  if (outcome?.error) throw outcome.error;
}

async function read(scene: Scene): Promise<void> {
  const response = await openFile(scene.account.client, await firstResource(scene), signal);
  response.destroy();
}

/** The actions, in the order of the menus. */
export const testedActions: readonly TestedAction[] = [
  { command: 'onna.search', act: search },
  {
    command: 'onna.showDatasourceLog',
    act: ({ account, datasource }) => account.client.log(datasource.path, 'collection', {}),
  },
  { command: 'onna.syncNow', act: ({ world, datasource, actions }) => actions.sync(world.id, datasource) },
  {
    ...{ command: 'onna.pause', status: 'pending' },
    act: ({ world, datasource, actions }) => actions.writeStatus(world.id, datasource, 'paused'),
  },
  {
    ...{ command: 'onna.resume', status: 'paused' },
    act: ({ world, datasource, actions }) => actions.writeStatus(world.id, datasource, 'resuming'),
  },
  {
    command: 'onna.reprocess',
    act: ({ world, datasource, actions }) => actions.reprocess(world.id, datasource),
  },
  {
    command: 'onna.renewCredentials',
    act: ({ account, datasource }) => account.client.credentials.refresh(datasource.path, 'secret'),
  },
  {
    ...{ command: 'onna.configure', status: 'created' },
    act: ({ world, datasource, edits }) =>
      edits.configure(world.id, datasource, { original_url: 'https://wiki.example.test' }),
  },
  {
    command: 'onna.acceptInvitation',
    act: ({ world, datasource, edits }) => edits.accept(world.id, datasource),
  },
  {
    command: 'onna.addFavorite',
    act: ({ world, datasource, edits }) => edits.setFavorite(world.id, datasource, true),
  },
  {
    ...{ command: 'onna.removeFavorite', isFavorite: true },
    act: ({ world, datasource, edits }) => edits.setFavorite(world.id, datasource, false),
  },
  {
    command: 'onna.rename',
    act: ({ world, datasource, edits }) => edits.rename(world.id, datasource, 'New'),
  },
  {
    command: 'onna.changeSyncType',
    act: ({ world, datasource, edits }) => edits.changeSyncType(world.id, datasource, 'one'),
  },
  {
    command: 'onna.move',
    act: ({ world, datasource, edits }) => edits.move(world.id, datasource, `/${world.connection.user}`),
  },
  { command: 'onna.share', act: share },
  { ...{ command: 'onna.upload', type: 'static' }, act: upload },
  { command: 'onna.downloadDatasource', act: read },
  {
    command: 'onna.saveUnprocessed',
    act: ({ account, datasource }) => account.client.unprocessedCsv(datasource.path, signal),
  },
  {
    command: 'onna.delete',
    act: ({ world, datasource }) => deleteNode(world.context, world.id, datasource.path),
  },
  { command: 'onna.openFile', onResource: true, act: read },
  { command: 'onna.download', onResource: true, act: read },
  { command: 'onna.process', onResource: true, act: processResource },
];
