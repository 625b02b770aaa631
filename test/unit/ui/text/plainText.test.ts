import assert from 'node:assert/strict';
import { displayText } from '../../../../src/shared/displayText.ts';
import { nodeName, plainMessage, plainText } from '../../../../src/ui/text/plainText.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

/** What VS Code reads as a link in a message, and as an icon in a label (VS Code 1.139). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

describe('text of the service in the workbench', () => {
  for (const { name, text } of hostileStrings)
    it(`holds no link and no icon and reads as it did, given ${name}`, () => {
      for (const shown of [
        plainText(text),
        plainMessage(`“${plainText(text)}” could not be synced. ${text}`),
      ]) {
        assert.doesNotMatch(shown, link);
        assert.doesNotMatch(shown, icon);
      }
      assert.equal(plainText(text).replaceAll('\u200b', ''), displayText(text, 200).replaceAll('\u200b', ''));
    });

  it('leaves the cause of a failure in sight, however long the name before it is', () => {
    const message = plainMessage(
      `“${plainText('W'.repeat(1_000_000))}” could not be synced. The service failed (503).`,
    );
    assert.match(message, /^“W{200}…” could not be synced\. The service failed \(503\)\.$/);
  });

  it('names a node after its path where its title can’t be seen', () => {
    assert.equal(nodeName({ title: 'Tide tables', path: '/ws/x' }), 'Tide tables');
    assert.equal(nodeName({ title: '\u200b\u2060 ', path: '/ws/tide-tables' }), 'tide-tables');
    assert.equal(nodeName({ path: '/ws/a%2Fb' }), 'a/b');
    assert.equal(nodeName({ title: '', path: '/ws/\u200b' }), '\ufffd');
  });
});
