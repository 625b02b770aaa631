import type { DetailsOpening, KeptDetails } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { ownTimeZone } from '../../shared/timeZone.ts';
import { loadPreloaded } from '../page/preloaded.ts';
import { shareVsCodeApi } from '../page/vscodeApi.ts';
import { formatsFor } from './formats.ts';
import { HeaderView } from './headerView.ts';
import { openingHeader } from './openingHeader.ts';

// This script is in the document, so it is small. It shows the header, and then loads the script of the page, which
// replaces this header by its own.
const { dataset } = document.body;
// The extension host wrote these data into the document. They always match this version of the page.
const strings = JSON.parse(dataset['strings'] ?? '{}') as DetailsStrings;
const opening = JSON.parse(dataset['opening'] ?? 'null') as DetailsOpening | null;
const api = shareVsCodeApi();
const saved = api.getState() as Partial<KeptDetails> | null | undefined;
// State with the id of this document was saved by this version of the page.
const kept = opening && saved?.document === opening.document ? saved : undefined;
const header = openingHeader(opening ?? undefined, kept);
if (header !== undefined) {
  const view = new HeaderView({
    strings,
    formats: formatsFor(document.documentElement.lang, ownTimeZone()),
    isGone: header.isGone,
    send: (message) => api.postMessage(message),
    keepSoon: () => undefined,
  });
  view.show(header);
  document.body.prepend(view.root);
}
loadPreloaded();
