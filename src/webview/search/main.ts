import { decodeKeptSearch, type KeptSearch, type PageMessage } from '../../shared/searchProtocol.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import { Host } from '../page/vscodeApi.ts';
import { SearchPage } from './searchPage.ts';

// The extension host wrote these strings into the document. They always match this version of the page.
const strings = JSON.parse(document.body.dataset['strings'] ?? '{}') as SearchStrings;
const host = new Host<KeptSearch, PageMessage>(decodeKeptSearch);
new SearchPage(host, strings, document.documentElement.lang).start();
document.querySelector('#not-loaded')?.remove();
