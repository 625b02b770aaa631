import path from 'node:path';
import { samplesName } from '../base/dataFolder.ts';
import type { Sandbox } from '../sandbox.ts';
import type { DatasourceOptions } from '../sandboxHandle.ts';
import { writeSampleFolders } from './sampleFolders.ts';

type Sample = Omit<DatasourceOptions, 'parent'> & { readonly folder?: string };

/**
 * The samples cover every status and sync type. Only one Datasource per type is collected at a time. The slow Slack
 * Datasource therefore makes the other two Slack Datasources wait, one as `pending` and one as `resuming`.
 */
const workspaces: Readonly<Record<string, readonly Sample[]>> = {
  'Harbour office': [
    { title: 'Harbour wiki', type: 'confluence', sync: 'auto', folder: 'harbour-wiki' },
    { title: 'Harbour log', type: 'gdrive', sync: 'arch', folder: 'harbour-log' },
    { title: 'Tide tables', type: 's3', sync: 'auto', folder: 'tide-tables' },
  ],
  'Pilot station': [
    { title: 'Pilot handbook', type: 'static', sync: 'one', folder: 'pilot-handbook' },
    { title: 'Crew channel', type: 'slack', sync: 'arch', folder: 'crew-channel', paceMs: 3000 },
    { title: 'Pilot channel', type: 'slack', sync: 'auto', folder: 'pilot-channel' },
    { title: 'Dispatch channel', type: 'slack', sync: 'one', folder: 'dispatch-channel', status: 'resuming' },
    // The folder does not exist. The run fails and is retried until somebody creates the folder.
    { title: 'Berth plans', type: 'dropbox', sync: 'auto', folder: 'berth-plans' },
  ],
  Legal: [
    {
      title: 'Charter contracts',
      type: 'box',
      sync: 'auto',
      folder: 'charter-contracts',
      credentialsExpired: true,
    },
    {
      title: 'Casualty reports',
      type: 'sharepoint',
      sync: 'arch',
      folder: 'casualty-reports',
      status: 'paused',
    },
    { title: 'Claims board', type: 'jira', sync: 'auto' },
    { title: 'Insurer letters', type: 'gmail', sync: 'arch', folder: 'insurer-letters', status: 'invited' },
  ],
};

const mySources: readonly Sample[] = [
  { title: 'My notes', type: 'static', sync: 'one', folder: 'my-notes' },
  { title: 'Drafts', type: 'onedrive', sync: 'auto', folder: 'drafts' },
];

/** Adds the sample Datasources to a sandbox, with real folders as their origins. Skips existing ones. */
export async function addSamples(sandbox: Sandbox): Promise<void> {
  const folders = path.join(sandbox.dataFolder, samplesName);
  await writeSampleFolders(folders);
  const add = (parent: string, samples: readonly Sample[]): void => {
    for (const { folder, ...options } of samples) {
      if (sandbox.find(parent, options.title)) continue;
      sandbox.addDatasource({
        parent,
        ...options,
        ...(folder === undefined ? {} : { origin: path.join(folders, folder) }),
      });
    }
  };
  for (const [title, samples] of Object.entries(workspaces)) {
    add((sandbox.find('/workspaces', title) ?? sandbox.addWorkspace(title)).path, samples);
  }
  add(`/${sandbox.user}`, mySources);
}
