import PostalMime from 'postal-mime';
import type { Address } from 'postal-mime';
import { htmlText } from './htmlText.ts';

function shown(addresses: readonly (Address | undefined)[]): string {
  return addresses
    .flatMap((address) => (address === undefined ? [] : [address.name, address.address ?? '']))
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * Returns the decoded subject, addresses, body and attachment names of an email.
 * @throws Error if it can't be parsed
 */
export async function mailText(bytes: Uint8Array): Promise<string> {
  const mail = await PostalMime.parse(bytes);
  const lines = [
    mail.subject ?? '',
    shown([mail.from, ...(mail.to ?? []), ...(mail.cc ?? [])]),
    mail.text ?? htmlText(mail.html ?? ''),
    ...mail.attachments.map(({ filename }) => filename ?? ''),
  ];
  return lines.filter((line) => line.trim() !== '').join('\n\n');
}
