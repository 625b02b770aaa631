import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../src/ui/pages/pageHtml.ts';
import { launchBrowser } from '../../support/browser.ts';
import { hostileStrings } from '../../support/hostileStrings.ts';
import { firstCode } from './pageBuild.ts';

const parts = {
  cspSource: 'https://pages.example',
  nonce: 'nonce-of-the-test',
  scriptUri: 'https://pages.example/page.js',
  styleUris: ['https://pages.example/icons.css'],
  language: 'en',
  title: 'Details',
  notLoaded: 'The page could not be loaded.',
  data: {},
};

describe('pageHtml', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(() => browser.close());

  /** Parses a document twice, as VS Code does, without running its scripts. */
  function parsed(html: string): Promise<{ data: string; elements: string[] }> {
    return page.evaluate((text) => {
      const parse = (source: string): Document => new DOMParser().parseFromString(source, 'text/html');
      const parsedDocument = parse(parse(text).documentElement.outerHTML);
      return {
        data: parsedDocument.body.dataset['opening'] ?? '',
        elements: [...parsedDocument.querySelectorAll('*')].map(({ localName }) => localName),
      };
    }, html);
  }

  it('keeps hostile texts in the data and in the title as texts', async () => {
    const expected = (await parsed(pageHtml(parts))).elements;
    for (const { name, text } of hostileStrings) {
      const opening = { header: { title: text, [text]: [text] } };
      const html = pageHtml({
        ...parts,
        title: text.slice(0, 100),
        data: { opening: JSON.stringify(opening) },
      });
      const { data, elements } = await parsed(html);
      assert.deepEqual(JSON.parse(data), opening, name);
      assert.deepEqual(elements, expected, name);
    }
  });

  it('preloads the script and the icons of a document that contains the code of its first paint', () => {
    const first = { script: 'globalThis.first = "</i>$&";', styles: 'h1 > b { color: red }' };
    const html = pageHtml({ ...parts, first });
    assert.ok(html.includes(`<script nonce="nonce-of-the-test">${first.script}</script>`));
    assert.ok(html.includes(`<style nonce="nonce-of-the-test">${first.styles}</style>`));
    assert.equal(html.match(/rel="preload"/g)?.length, 2);
    assert.doesNotMatch(html, /rel="stylesheet"|<script[^>]* src|unsafe/);
  });

  it('can contain the code of the first paint of the details page, which ends no element', async () => {
    const { script, styles } = await firstCode();
    assert.doesNotMatch(script, /<\/?script/i);
    assert.doesNotMatch(styles, /<\/?style/i);
  });
});
