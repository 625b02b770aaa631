import type { DetailsHeader, DetailsOpening, KeptDetails } from '../../shared/detailsProtocol.ts';

/**
 * The newest header that the page knows without a message from the host. VS Code creates a hidden page again from the
 * same document. The state that the page saved is then newer than the document. After a reload of the window, the
 * document is newer.
 */
export function openingHeader(
  opening: DetailsOpening | undefined,
  kept: Pick<KeptDetails, 'document' | 'header'> | undefined,
): DetailsHeader | undefined {
  if (kept?.header !== undefined && kept.document === opening?.document) return kept.header;
  return opening?.header ?? kept?.header;
}
