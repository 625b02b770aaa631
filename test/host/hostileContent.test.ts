import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/event.ts';
import { datasourceFrom, type Datasource } from '../../src/model/datasources/datasource.ts';
import { groupings } from '../../src/model/datasources/grouping.ts';
import { ExceptionList } from '../../src/model/history/exceptionList.ts';
import { LogReader } from '../../src/model/history/logReader.ts';
import type { NewsDigest, NewsKind, StatusNews } from '../../src/model/notifications/statusNews.ts';
import { safeFileName } from '../../src/model/resources/fileName.ts';
import { saveFile } from '../../src/model/resources/saveFile.ts';
import { ResourceLists } from '../../src/model/resources/resourceLists.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import type { WireNode } from '../../src/onna/wire/node.ts';
import { displayText } from '../../src/shared/displayText.ts';
import { detailsHeader } from '../../src/ui/details/detailsHeader.ts';
import { exceptionsCsv } from '../../src/ui/details/exceptionsCsv.ts';
import { saveUnprocessed } from '../../src/ui/details/saveUnprocessed.ts';
import { logText } from '../../src/ui/documents/logText.ts';
import { NewsNotifications } from '../../src/ui/newsNotifications.ts';
import { describeError } from '../../src/ui/text/errorText.ts';
import { resourceTooltip } from '../../src/ui/text/resourceText.ts';
import { statusTooltip } from '../../src/ui/text/statusText.ts';
import { DatasourcePaths } from '../../src/ui/tree/datasourcePaths.ts';
import { StatusDecorations } from '../../src/ui/tree/decorations.ts';
import type { TreeNode } from '../../src/ui/tree/nodes.ts';
import { TreeProvider } from '../../src/ui/tree/treeProvider.ts';
import { rowUri } from '../../src/ui/documents/uris.ts';
import { hostileStrings } from '../support/hostileStrings.ts';
import { FakeClock } from '../doubles/fakeClock.ts';
import { connection, listing, node } from '../unit/model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../unit/onna/scriptedServer.ts';
import { noFindings } from '../doubles/noFindings.ts';
import { noCredentials } from '../doubles/noCredentials.ts';
import { noMarks } from '../doubles/noMarks.ts';

const { id } = connection;
const utc = { timeZone: 'UTC', isReaders: true };

/** Asserts that a line of text is short and contains no links, icons or control characters. */
function checkLine(line: string, max: number): void {
  assert.ok(line.length <= max, String(line.length));
  assert.ok(line.isWellFormed());
  assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
  assert.doesNotMatch(line, /\]\(|\$\(/);
}

/** Asserts that a tooltip is untrusted, and that VS Code interprets no part of it as Markdown or HTML. */
function checkTooltip(tooltip: vscode.MarkdownString | string | undefined, max = 20_000): void {
  if (typeof tooltip === 'string') checkLine(tooltip, max);
  if (tooltip === undefined || typeof tooltip === 'string') return;
  assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
  assert.ok(tooltip.value.length <= max, String(tooltip.value.length));
  for (const line of tooltip.value.split('\n')) {
    const text = line.replace(/^- /, '').replace(/^\*\*(.*)\*\*$/, '$1');
    assert.doesNotMatch(text.replaceAll(/&#\d+;/g, ''), /[!-/:-@[-`{-~]/, text);
  }
}

/** Returns the text that VS Code displays for a tooltip. */
function readable({ value }: vscode.MarkdownString): string {
  return value.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('The tree with hostile text from the service', () => {
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: TreeProvider;
  let decorations: StatusDecorations;
  let server: ScriptedServer;
  let children: readonly unknown[];

  beforeEach(async () => {
    store = new DatasourceStore();
    server = await ScriptedServer.start((_, response) => json(response, { items: children, cursor: null }));
    const client = server.client();
    const clock = new FakeClock();
    lists = new ResourceLists({ store, client: () => Promise.resolve(client), clock, pageSize: () => 100 });
    tree = new TreeProvider({
      store,
      lists,
      clock,
      grouping: 'workspace',
      ready: () => Promise.resolve(),
      findings: noFindings,
      marks: noMarks,
      credentials: noCredentials,
    });
    decorations = new StatusDecorations(store, new DatasourcePaths(store));
  });
  afterEach(async () => {
    for (const part of [decorations, tree, lists, store]) part.dispose();
    await server.close();
  });

  /** Returns all descendants of a row, including the Resources of Datasources. Without `parent`: all rows. */
  async function rowsBelow(parent?: TreeNode): Promise<TreeNode[]> {
    const rows = await tree.getChildren(parent);
    return [...rows, ...(await Promise.all(rows.map((row) => rowsBelow(row)))).flat()];
  }

  function hostile(text: string): WireNode {
    return {
      ...node('wiki', {
        title: text,
        sync_status: text,
        type_sync: text,
        sync_message: text,
        creators: [text],
      }),
      type: `${text}Datasource`,
      uid: text,
    };
  }

  for (const { name, text } of hostileStrings)
    it(`shows a short line of plain text and a plain-text tooltip for a row whose title contains ${name}`, async () => {
      children = [
        { '@id': '/workspaces/harbour/wiki/a', title: text },
        { '@id': `/workspaces/harbour/wiki/${encodeURIComponent(text.slice(0, 500).toWellFormed())}/b` },
      ];
      store.open({ ...connection, account: text, user: text });
      store.applyListing(id, listing([hostile(text)]), false, 0);
      const kinds = new Set<string>();
      for (const grouping of groupings) {
        tree.grouping = grouping;
        for (const row of await rowsBelow()) {
          const item = tree.getTreeItem(row);
          kinds.add(row.kind);
          assert.ok(typeof item.label === 'string');
          assert.notEqual(item.label.trim(), '', row.kind);
          checkLine(item.label, 260);
          if (typeof item.description === 'string') checkLine(item.description, 260);
          checkLine(item.accessibilityInformation?.label ?? '', 700);
          checkTooltip(item.tooltip);
        }
      }
      for (const kind of ['connection', 'group', 'datasource', 'resource']) assert.ok(kinds.has(kind), kind);
    });

  for (const { name, text } of hostileStrings)
    it(`shows all details as plain text in the tooltip of a row whose details contain ${name}`, () => {
      store.open(connection);
      store.applyListing(id, listing([hostile(text)]), false, 0);
      const datasource = store.get(id)?.datasources.get(text);
      assert.ok(datasource);
      const status = statusTooltip(datasource, 0, utc);
      checkTooltip(status);
      assert.ok(readable(status).includes(displayText(`Why: ${text}`, 500)) || displayText(text, 9) === '');
      const details = { title: text, contentType: text, folder: text, processingException: text };
      const more = {
        originException: text,
        size: 1,
        md5: undefined,
        modified: 1,
        processed: undefined,
        origin: undefined,
      };
      const resource = resourceTooltip({ path: `/ws/${text}`, title: text }, { ...details, ...more }, utc);
      checkTooltip(resource);
      assert.ok(readable(resource).includes(displayText(`Path: /ws/${text}`, 500)));
      const decoration = decorations.provideFileDecoration(rowUri(id, datasource.path));
      checkLine(decoration?.tooltip ?? '', 260);
    });

  for (const { name, text } of hostileStrings)
    it(`describes an error in a short text even if the error message contains ${name}`, () => {
      const failures = [
        new OnnaError({ kind: 'unexpectedStatus', status: 418, message: text }),
        new OnnaError({
          kind: 'invalid',
          status: 412,
          message: text,
          fields: [{ field: text, message: text }],
        }),
        new Error(text),
      ];
      for (const failure of failures) {
        const words = describeError(failure);
        assert.ok(words.length <= 1_001 && words.isWellFormed());
        assert.doesNotMatch(words, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      }
    });
});

describe('The details of a Datasource with hostile content', () => {
  let server: ScriptedServer;
  let folder: string;
  const { window } = vscode;
  const { showSaveDialog, showWarningMessage } = window;
  const { signal } = new AbortController();

  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'onna-hostile-'));
  });
  afterEach(async () => {
    Object.assign(window, { showSaveDialog, showWarningMessage });
    await rm(folder, { recursive: true });
    await server.close();
  });

  function hostile(text: string, status: string): Datasource {
    const fields = { title: text, sync_message: text, type_sync: text, creators: [text, text] };
    const wire = node('wiki', { ...fields, sync_status: status });
    return datasourceFrom({ ...wire, type: `${text}Datasource` }, undefined, 0);
  }

  for (const { name, text } of hostileStrings)
    it(`are short lines of plain text in the header, given ${name}`, () => {
      for (const status of ['error', 'failed', text]) {
        const numbers = { bytesProcessed: 1, resources: 1, exceptions: 1, notes: 1 };
        const header = detailsHeader(hostile(text, status), numbers, {
          place: '',
          account: '',
          sharing: [],
          now: 0,
        });
        assert.notEqual(header.title.trim(), '');
        const { result, activity = '' } = header.status;
        for (const line of [header.title, header.type, header.reason ?? '', result, activity])
          checkLine(line, 320);
        for (const { label, value = '' } of header.facts) checkLine(`${label} ${value}`, 450);
        for (const { label } of header.actions) checkLine(label, 40);
      }
    });

  for (const { name, text } of hostileStrings)
    it(`are one short line in a notification, given ${name}`, async () => {
      const shown: string[] = [];
      window.showWarningMessage = (message: string) => {
        shown.push(message);
        return Promise.resolve(undefined);
      };
      const news = new Emitter<NewsDigest>();
      const notifications = new NewsNotifications(
        { onDidHappen: news.event } as Pick<StatusNews, 'onDidHappen'> as StatusNews,
        assert.ifError,
      );
      const item = (kind: NewsKind): NewsDigest['items'][number] => ({
        kind,
        datasource: hostile(text, 'error'),
      });
      for (const kind of ['error', 'failing', 'expired'] as const)
        news.fire({ connectionId: id, items: [item(kind)] });
      news.fire({ connectionId: id, items: new Array(9).fill(item('error')) as NewsDigest['items'] });
      notifications.dispose();
      await Promise.resolve();
      assert.equal(shown.length, 4);
      for (const line of shown) checkLine(line, 1_002);
    });

  for (const { name, text } of hostileStrings)
    it(`take exactly one line per entry in the document of a log, given ${name}`, async () => {
      const fields = { action: text, file_name: text, origin_path: text, error: text, message: text };
      const items = [0, 1, 2].map((time) => ({ ...fields, time: 1.77e12 - time, user: text, to: text }));
      server.answer = (_, response) => json(response, { items, cursor: null });
      const client = server.client();
      const reader = new LogReader(() => Promise.resolve(client));
      const content = await logText(reader, { connectionId: id, path: '/ws/wiki' }, 'audit', signal);
      const document = await vscode.workspace.openTextDocument({ content, language: 'log' });
      // VS Code may recognize more kinds of line ends than the extension.
      assert.equal(document.lineCount, items.length + 1);
      for (const line of content.trimEnd().split('\n')) {
        assert.ok(line.length <= 2_034 && line.isWellFormed());
        assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      }
    });

  for (const { name, text } of hostileStrings)
    it(`are saved in tables without formulas and with a harmless file name, given ${name}`, async () => {
      const title = `=${text.slice(0, 10_000)}`;
      const quoted = `"${title.toWellFormed().replaceAll('"', '""')}"`;
      server.answer = ({ path: asked }, response) => {
        if (asked.endsWith('Csv')) response.end(`title,exception\r\n${quoted},${quoted}\r\n`);
        else json(response, { member: [{ '@id': '/ws/wiki/a', title, processing_exception: title }] });
      };
      const suggested: string[] = [];
      window.showSaveDialog = ({ defaultUri } = {}) => {
        suggested.push(path.basename(defaultUri?.path ?? ''));
        return Promise.resolve(vscode.Uri.file(path.join(folder, 'unprocessed.csv')));
      };
      const client = server.client();
      assert.ok(await saveUnprocessed(client, '/ws/wiki', text, (work) => work(signal)));
      const list = new ExceptionList(() => Promise.resolve(client));
      const pages = list.all(id, '/ws/wiki', { text: '', sort: 'newest' }, signal);
      const target = path.join(folder, 'exceptions.csv');
      await saveFile(
        exceptionsCsv(pages, () => undefined),
        target,
        signal,
        () => undefined,
      );
      assert.deepEqual((await readdir(folder)).sort(), ['exceptions.csv', 'unprocessed.csv']);
      for (const file of await readdir(folder)) {
        const table = await readFile(path.join(folder, file), 'utf8');
        assert.ok(table.includes("'="), table.slice(0, 200));
        assert.doesNotMatch(table, /^\ufeff?"?=|[,;]"?=/m);
      }
      const [fileName = ''] = suggested;
      assert.equal(fileName, safeFileName(fileName));
      assert.match(fileName, /^.{1,150}\.csv$/u);
    });
});
