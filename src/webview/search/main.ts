import type { SearchStrings } from '../../shared/searchStrings.ts';
import { SearchPage } from './searchPage.ts';
import { Host } from './vscodeApi.ts';

// Written by this extension's host into the document, for this very version of the page.
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as SearchStrings;
new SearchPage(new Host(), strings, document.documentElement.lang).start();
