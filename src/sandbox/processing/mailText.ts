import PostalMime from 'postal-mime';
import type { Address } from 'postal-mime';
import { htmlText } from './htmlText.ts';

function shown(addresses: readonly (Address | undefined)[]): string {
  return addresses
    .flatMap((address) => (address === undefined ? [] : [address.name, address.address ?? '']))
    .filter((part) => part !== '')
    .join(' ');
}

/** Subject, addresses, body and the names of attachments of an e-mail, decoded. @throws Error when it can't be read */
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
