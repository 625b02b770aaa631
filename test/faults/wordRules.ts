import type { Cell } from './faultMatrix.ts';
import type { Place } from './operation.ts';

/** In UTF-16 units: about three lines of a notification. */
const maxLength = 200;

/** Actions that messages mention, and the places that offer them. */
const offered: readonly (readonly [RegExp, readonly Place[]])[] = [
  [/[Pp]ress Enter|Go back|go back|Type the password|Correct the account|paste it here/, ['sign-in box']],
  [/“Refresh” in the title of the view/, ['row below the Datasource']],
  [/“Onna: Refresh”/, ['document', 'notification', 'tab of the details page']],
  [
    /Try again\.|then try again\./,
    [
      ...(['row below the Datasource', 'notification', 'search page'] as const),
      ...(['tab of the details page', 'note above the runs'] as const),
    ],
  ],
  [/Open it again|“Download”/, ['document']],
  [/automatically/, ['row of the account']],
  [/to search in/, ['search page']],
  [/\bthe address\b/, ['sign-in box']],
];

/** The ending of a message that gives advice. */
const advice =
  /(^|[.:] )((Try|Select|Press|Open|Check|Correct|Copy|Choose|Ask|Sign|Go|Use|Set|Type)\b[^.]*|If [^.]*, (send|quote|add|tell)\b[^.]*|A change can take up to two minutes to take effect|The list refreshes automatically)\.$/;

/** Words of exceptions, protocols and code, which mean nothing to users. */
const jargon =
  /\b(E[A-Z]{4,}|[A-Z]+_[A-Z_]+|JSON|schema|exception|undefined|null|Error|socket|cursor|decode)\b/;

/** The message without the quoted words of the service, and without names of settings. */
function ownWords(message: string): string {
  return message
    .replaceAll(/ It said: “.*?”\./g, '')
    .replaceAll('NODE_EXTRA_CA_CERTS', '')
    .replaceAll('“onna.pageSize”', 'the page size');
}

/** The rules that a message breaks, for a user who sees only this message in this place. */
export function brokenRules({ operation, fault, outcome }: Cell): readonly string[] {
  if ('broken' in outcome || outcome.message === undefined) return [];
  const { message, buttons } = outcome;
  const { place } = operation;
  const own = ownWords(message);
  const broken: string[] = [];
  if (message.length > maxLength) broken.push(`it is ${message.length} characters long`);
  // A note that the runs of a log are missing needs no advice, because the other runs are there.
  const isNote =
    place === 'note above the runs' && /^(You may not read|The service could not find)/.test(own);
  if (!advice.test(own) && !isNote) broken.push('it does not end with advice');
  if (jargon.test(own)) broken.push('it uses technical jargon');
  for (const [action, places] of offered)
    if (action.test(own) && !places.includes(place)) broken.push(`${action.source} is not offered there`);
  if (place === 'row of the account' && /\b(try|you (asked|typed))\b/i.test(own))
    broken.push('it mentions a user action, but a poll failed');
  if (place === 'notification' && own.includes('Try again.') && !buttons.includes('Try Again'))
    broken.push('there is no button to try again');
  const maybe = /may have gone through anyway/.test(own);
  if (operation.writes === true && fault.refuses !== true && !maybe)
    broken.push('it does not say that the action may have taken effect');
  if (maybe && (operation.writes !== true || fault.refuses === true))
    broken.push('it says that the action may have taken effect, but it did not');
  return broken.map((rule) => `${operation.name}, ${fault.name}: ${rule}: ${message}`);
}
