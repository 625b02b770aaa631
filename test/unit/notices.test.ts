import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { bundledPackages, noticesFile, thirdPartyNotices } from '../support/thirdPartyNotices.ts';

describe('ThirdPartyNotices.txt', () => {
  it('lists every bundled package with its license (run `npm run notices` to update the file)', async () => {
    const packages = await bundledPackages();
    assert.ok(
      packages.includes('undici') && packages.includes('unpdf') && packages.includes('content-disposition'),
    );
    assert.equal(await readFile(noticesFile, 'utf8'), await thirdPartyNotices());
  });

  it('contains only licenses that allow us to distribute the extension', async () => {
    const names = (await thirdPartyNotices()).matchAll(/^={80}\n.+\n(.+)\n/gm);
    const licenses = new Set([...names].map(([, license]) => license));
    const fine = ['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'CC-BY-4.0', '0BSD'];
    assert.deepEqual(
      [...licenses].filter((license) => !fine.includes(license ?? '')),
      [],
    );
  });

  it('lists no package that has an install script', async () => {
    for (const name of await bundledPackages()) {
      const manifest = JSON.parse(
        await readFile(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
      ) as { readonly scripts?: Readonly<Record<string, string>> };
      const scripts = Object.keys(manifest.scripts ?? {});
      assert.deepEqual(
        scripts.filter((script) => /^(pre|post)?install$/.test(script)),
        [],
        name,
      );
    }
  });
});
