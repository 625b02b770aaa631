import assert from 'node:assert/strict';
import { displayText } from '../../../../src/shared/displayText.ts';
import { nodeName, plainMessage, plainText } from '../../../../src/ui/text/plainText.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

/** The patterns that VS Code 1.139 uses to detect a link in a message and an icon in a label. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

describe('Text from the service in the workbench', () => {
  for (const { name, text } of hostileStrings)
    it(`contains no link and no icon, but shows the same characters, given ${name}`, () => {
      for (const shown of [
        plainText(text),
        plainMessage(`“${plainText(text)}” could not be synced. ${text}`),
      ]) {
        assert.doesNotMatch(shown, link);
        assert.doesNotMatch(shown, icon);
      }
      assert.equal(plainText(text).replaceAll('\u200b', ''), displayText(text, 200).replaceAll('\u200b', ''));
    });

  it('is truncated so that the cause of a failure remains visible after a very long name', () => {
    const message = plainMessage(
      `“${plainText('W'.repeat(1_000_000))}” could not be synced. The service failed (503).`,
    );
    assert.match(message, /^“W{200}…” could not be synced\. The service failed \(503\)\.$/);
  });

  it('shows the last path segment of a node whose title has no visible characters', () => {
    assert.equal(nodeName({ title: 'Tide tables', path: '/ws/x' }), 'Tide tables');
    assert.equal(nodeName({ title: '\u200b\u2060 ', path: '/ws/tide-tables' }), 'tide-tables');
    assert.equal(nodeName({ path: '/ws/a%2Fb' }), 'a/b');
    assert.equal(nodeName({ title: '', path: '/ws/\u200b' }), '\ufffd');
  });
});
