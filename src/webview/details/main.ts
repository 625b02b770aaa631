import {
  decodeDetailsOpening,
  decodeKeptDetails,
  type DetailsPageMessage,
  type KeptDetails,
} from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { Host } from '../page/vscodeApi.ts';
import { DetailsPage } from './detailsPage.ts';

const { dataset } = document.body;
// The extension host wrote these strings into the document. They always match this version of the page.
const strings = JSON.parse(dataset['strings'] ?? '{}') as DetailsStrings;
const host = new Host<KeptDetails, DetailsPageMessage>(decodeKeptDetails);
new DetailsPage(host, {
  strings,
  language: document.documentElement.lang,
  connectionId: dataset['connectionId'] ?? '',
  datasourceId: dataset['datasourceId'] ?? '',
  opening: decodeDetailsOpening(JSON.parse(dataset['opening'] ?? 'null')),
}).start();
document.querySelector('#not-loaded')?.remove();
