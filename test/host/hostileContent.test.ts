import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { groupings } from '../../src/model/datasources/grouping.ts';
import { ResourceLists } from '../../src/model/resources/resourceLists.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import type { WireNode } from '../../src/onna/wire/node.ts';
import { displayText } from '../../src/shared/displayText.ts';
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
      const more = { originException: text, size: 1, modified: 1, processed: undefined, origin: undefined };
      const resource = resourceTooltip({ path: `/ws/${text}`, title: text }, { ...details, ...more }, utc);
      checkTooltip(resource);
      assert.ok(readable(resource).includes(displayText(`Path: /ws/${text}`, 500)));
      const decoration = decorations.provideFileDecoration(rowUri(id, datasource.path));
      checkLine(decoration?.tooltip ?? '', 260);
    });

  for (const { name, text } of hostileStrings)
    it(`describes an error in a short text if the error message contains ${name}`, () => {
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
