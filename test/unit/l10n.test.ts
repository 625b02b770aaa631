import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { getL10nJson } from '@vscode/l10n-dev';

const root = new URL('../../', import.meta.url);

describe('The l10n bundle', () => {
  it('contains every localizable string in the source code, and no other strings', async function () {
    this.timeout(60_000);
    const sources: { extension: '.ts'; contents: string }[] = [];
    for await (const file of glob('src/**/*.ts', { cwd: root })) {
      const contents = await readFile(new URL(file, root), 'utf8');
      // The extractor is slow, and finds only calls of `l10n`.
      if (contents.includes('l10n')) sources.push({ extension: '.ts', contents });
    }
    const bundle = JSON.parse(await readFile(new URL('l10n/bundle.l10n.json', root), 'utf8')) as object;
    // If this check fails, run `npm run l10n` to update the bundle.
    assert.deepEqual(Object.keys(bundle).sort(), Object.keys(await getL10nJson(sources)).sort());
  });
});
