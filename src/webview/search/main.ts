import type { SearchStrings } from '../../shared/searchStrings.ts';
import { SearchPage } from './searchPage.ts';
import { Host } from './vscodeApi.ts';

// The extension host wrote these strings into the document. They always match this version of the page.
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as SearchStrings;
new SearchPage(new Host(), strings, document.documentElement.lang).start();
