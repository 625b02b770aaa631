import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExceptionList } from '../../src/model/history/exceptionList.ts';
import { saveFile } from '../../src/model/resources/saveFile.ts';
import { firstExceptionChoice } from '../../src/shared/detailsProtocol.ts';
import { desktop } from '../doubles/desktop.ts';
import { Uri } from '../doubles/vscodeValues.ts';
import { exceptionCount } from './detailsRecords.ts';
import { ends, wiki, type Operation } from './operation.ts';
import { exceptionsCsv, logUri, saveUnprocessed } from './words.ts';
import type { World } from './world.ts';

const older = 'an older table';

/** Returns an operation that saves a table over an older file. @param text a part of the table */
function table(
  name: string,
  paged: boolean,
  concerns: Operation['concerns'],
  save: (world: World, target: string) => Promise<unknown>,
  text: string,
): Operation {
  return {
    ...{ name, place: 'notification', paged, concerns },
    maxRequests: paged ? 30 : 2,
    prepare: async (world) => {
      const target = path.join(world.folder, 'table.csv');
      await mkdir(world.folder, { recursive: true });
      await writeFile(target, older);
      let saved = older;
      return {
        run: async () => {
          const message = await world.command(() => save(world, target), 'other');
          saved = await readFile(target, 'utf8');
          if (message !== undefined) assert.equal(saved, older, 'the older table is lost');
          assert.deepEqual(await readdir(world.folder), ['table.csv'], 'a part of the table is left');
          return message;
        },
        check: () => assert.ok(saved.includes(text), saved),
        kept: () => [],
      };
    },
  };
}

async function saveExceptions(world: World, target: string): Promise<void> {
  const { signal } = new AbortController();
  const list = new ExceptionList(() => world.client());
  const pages = list.all(world.connection.id, wiki, firstExceptionChoice, signal);
  await saveFile(
    exceptionsCsv(pages, () => undefined),
    target,
    signal,
    () => undefined,
  );
}

async function saveUnprocessedTable(world: World, target: string): Promise<void> {
  // Cells run concurrently, so the suggested file name determines the folder of the cell.
  desktop.chooseFile = ({ path: suggested }) => {
    const [cell = ''] = /cell-\d+/.exec(suggested) ?? [];
    return Uri.file(path.join(path.dirname(world.folder), cell, path.basename(target)));
  };
  const { signal } = new AbortController();
  assert.ok(await saveUnprocessed(await world.client(), wiki, world.name, (work) => work(signal)));
}

/** Opens a log as a read-only document. */
const logDocument: Operation = {
  name: 'log as a document',
  place: 'document',
  paged: true,
  maxRequests: 130,
  concerns: ends('@getAuditLogSpyder'),
  prepare: (world) => {
    let shown = '';
    const uri = logUri(world.connection.id, { path: wiki, title: 'wiki' }, 'collection');
    return Promise.resolve({
      run: async () => {
        shown = await world.provide(uri);
        return /^The document could not be loaded\. (.*)$/s.exec(shown)?.[1];
      },
      check: () => assert.ok((shown.match(/No access/g) ?? []).length >= 10, shown),
      kept: () => [],
    });
  },
};

/** Operations that open tables and documents from the details page. */
export const tableOperations: readonly Operation[] = [
  logDocument,
  table('exceptions as CSV', true, ends('@frontsearch'), saveExceptions, `/berths-${exceptionCount - 1}.pdf`),
  table(
    'unprocessed as CSV',
    false,
    ends('@downloadUnprocessedCsv'),
    saveUnprocessedTable,
    "'=1+1\r\nTides.pdf",
  ),
];
