import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import { DatasourceDownload } from '../../src/model/resources/datasourceDownload.ts';
import { desktop } from '../doubles/desktop.ts';
import { FileSystemError, FileType, Uri } from '../doubles/vscodeValues.ts';
import { fileText, hitCount } from './account.ts';
import { ends, wiki } from './operation.ts';
import type { Operation, Run } from './operation.ts';
import { exportHits, fileUri, findUid, OnnaFiles } from './words.ts';
import type { World } from './world.ts';

const resources = 6;
/** A number of Resources that the wiki never has. */
const manyResources = 60;
const uid = 'a'.repeat(32);
const older = 'older hits';

/** Returns the names of the complete files in a folder. @throws AssertionError if a file is incomplete */
function completeFiles(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name !== '.onna-download');
  for (const name of names)
    assert.equal(readFileSync(path.join(folder, name), 'utf8'), fileText, `${name} is incomplete`);
  return names;
}

/** Returns the operation that downloads the wiki into a folder that already contains the first file. */
function download(name: string, concerns: Operation['concerns'], isList = false): Operation {
  return {
    ...{ name, place: 'notification', concerns },
    ...(isList && { paged: true }),
    maxRequests: 40,
    prepare: async (world): Promise<Run> => {
      const folder = path.join(world.folder, 'wiki');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'Tides'), fileText);
      let totals: DatasourceDownload['totals'] | undefined;
      const run = async (): Promise<void> => {
        let ended = 0;
        const abort = new AbortController();
        const wholeWiki = new DatasourceDownload({
          client: () => world.client(),
          ...{ clock: world.clock, datasource: wiki, folder },
          ended: () => {
            // A service may list new Resources for ever. The user then cancels the download.
            if (++ended === manyResources) abort.abort();
          },
          report: () => undefined,
        });
        try {
          await wholeWiki.run(abort.signal);
        } catch (error) {
          if (!abort.signal.aborted) throw error;
        } finally {
          ({ totals } = wholeWiki);
        }
        if (totals.failed > 0) throw totals.firstError;
      };
      return {
        run: () => world.command(run, 'download'),
        check: () => {
          assert.ok(completeFiles(folder).length >= resources, 'files are missing');
          assert.deepEqual([totals?.failed, totals?.noFile], [0, 0]);
        },
        kept: () => completeFiles(folder),
      };
    },
  };
}

/** Exports all hits of a search over an older file. */
const hitsExport: Operation = {
  name: 'export of hits',
  place: 'notification',
  paged: true,
  // The service may send one hit per page.
  maxRequests: hitCount + 10,
  concerns: ends('@frontsearch'),
  prepare: async (world) => {
    const target = path.join(world.folder, `hits of ${world.name}.jsonl`);
    await mkdir(world.folder, { recursive: true });
    await writeFile(target, older);
    // Cells run concurrently, so the suggested file name determines the cell.
    desktop.chooseFile = ({ path: suggested }) => {
      const [cell = ''] = /cell-\d+/.exec(suggested) ?? [];
      return Uri.file(path.join(path.dirname(world.folder), cell, `hits of ${cell}.jsonl`));
    };
    let saved = older;
    const search: Parameters<typeof exportHits>[0]['search'] = async (request, signal) =>
      (await world.client()).search('', request, signal);
    return {
      run: async () => {
        const before = world.notifications().length;
        const question = { terms: [], sort: 'newest' } as const;
        await exportHits({ notifier: world.notifier, search }, world.name, question);
        const message = world
          .notifications()
          .at(before)
          ?.message.replace(/^The hits of “.*?” could not .*?\. /, '');
        saved = await readFile(target, 'utf8');
        if (message !== undefined) assert.equal(saved, older, 'the older file is lost');
        assert.deepEqual(await readdir(world.folder), [path.basename(target)], 'a part of the file is left');
        return message;
      },
      check: () => {
        const lines = saved.trimEnd().split('\n');
        assert.equal(new Set(lines).size, hitCount);
        assert.equal(lines.length, hitCount);
      },
      kept: () => [],
    };
  },
};

/** Finds the node with a UID. */
const goToUid: Operation = {
  name: 'node of a UID',
  place: 'box that asks for a UID',
  concerns: ({ path: asked }) => asked.startsWith('/@resolveuid/'),
  prepare: (world: World): Promise<Run> => {
    let found: Awaited<ReturnType<typeof findUid>> | undefined;
    return Promise.resolve({
      run: async () => {
        const { signal } = new AbortController();
        found = await findUid([world.connection.id], () => world.client(), uid, signal);
        return typeof found === 'string' ? found : undefined;
      },
      check: () => assert.deepEqual(found, { connectionId: world.connection.id, path: wiki }),
      kept: () => [],
    });
  },
};

/** Returns the operation that reads a part of a file for one of VS Code's own viewers, such as that of images. */
function viewer(
  name: string,
  concerns: Operation['concerns'],
  read: (files: InstanceType<typeof OnnaFiles>, uri: vscode.Uri) => Promise<unknown>,
  wanted: unknown,
): Operation {
  return {
    ...{ name, place: 'document', concerns },
    prepare: (world) => {
      const files = new OnnaFiles(
        () => world.client(),
        () => Promise.resolve(),
        world.clock,
      );
      let found: unknown;
      return Promise.resolve({
        run: async () => {
          try {
            found = await read(files, fileUri(world.connection.id, `${wiki}/tides-1.txt`));
            return undefined;
          } catch (error) {
            // Other errors are defects.
            if (!(error instanceof FileSystemError)) throw error;
            return error.message;
          }
        },
        check: () => assert.deepEqual(found, wanted),
        kept: () => [],
      });
    },
  };
}

/** Operations that save Resources and hits in files, or find a node by its UID. */
export const transferOperations: readonly Operation[] = [
  download('download of a Datasource: list', ends('wiki/@getAllChildren'), true),
  download(
    'download of a Datasource: details of a Resource',
    ({ method, path: asked }) => method === 'GET' && asked === `${wiki}/tides-1.txt`,
  ),
  download('download of a Datasource: file', ends('tides-1.txt/@download/file')),
  hitsExport,
  goToUid,
  viewer(
    'file for a viewer: properties',
    ({ method, path: asked }) => method === 'GET' && asked === `${wiki}/tides-1.txt`,
    async (files, uri) => (await files.stat(uri)).type,
    FileType.File,
  ),
  viewer(
    'file for a viewer: content',
    ends('tides-1.txt/@download/file'),
    async (files, uri) => Buffer.from(await files.readFile(uri)).toString(),
    fileText,
  ),
];
