import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import '../../../doubles/useFakeVscode.ts';
import { desktop } from '../../../doubles/desktop.ts';
import { Uri } from '../../../doubles/vscodeValues.ts';
import type { ExceptionsEnd, ResourceException } from '../../../../src/model/history/exceptionList.ts';

const { saveExceptions } = await import('../../../../src/ui/details/saveExceptions.ts');

const unknown = {
  ...{ uid: undefined, typeName: undefined, extension: undefined, contentType: undefined },
  ...{ path: undefined, modified: undefined, datasource: undefined },
};

describe('saveExceptions', () => {
  let folder: string;
  let target: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-exceptions-'));
    target = path.join(folder, 'wiki.csv');
  });
  beforeEach(() => {
    desktop.notifications.length = 0;
    desktop.chooseFile = () => Uri.file(target);
  });
  after(async () => {
    desktop.chooseFile = () => undefined;
    await rm(folder, { recursive: true });
  });

  /** Saves two rows, followed by `end`. @returns the number of lines in the file, and the notifications */
  async function saved(end: ExceptionsEnd): Promise<{ lines: number; notifications: string[] }> {
    await saveExceptions('Wiki', async function* (_, ended) {
      const rows = ['a', 'b'].map((title): ResourceException => ({
        ...{ hit: { id: `/ws/wiki/${title}`, title, highlights: [], ...unknown } },
        ...{ kind: 'Has Error', isNote: false, at: undefined },
      }));
      yield await Promise.resolve(rows);
      ended(end);
    });
    const lines = (await readFile(target, 'utf8')).trimEnd().split('\n').length;
    return { lines, notifications: desktop.notifications.map(({ message }) => message) };
  }

  it('shows no warning if all exceptions were saved', async () => {
    assert.deepEqual(await saved({ total: 2, isIncomplete: false }), { lines: 3, notifications: [] });
  });

  it('reports in a warning how many exceptions were saved if the service did not return all of them', async () => {
    const { lines, notifications } = await saved({ total: 5_000, isIncomplete: true });
    assert.equal(lines, 3);
    assert.deepEqual(notifications, [
      'Only 2 of 5,000 exceptions of “Wiki” were saved: the service did not return the others. Choose one kind at a time, and save each kind in its own file.',
    ]);
  });

  it('warns that exceptions may be missing if the list is incomplete and the service reports no total', async () => {
    const { notifications } = await saved({ total: undefined, isIncomplete: true });
    assert.match(
      notifications.join(),
      /^2 exceptions of “Wiki” were saved, but the service may not have returned all of them\. /,
    );
  });
});
