import type { Cell } from './faultMatrix.ts';
import type { Place } from './operation.ts';

/** Maximum length of a message, in UTF-16 units; about three lines of a notification. */
const maxLength = 200;

/** Actions that a message may suggest, with the places where the user can take the action. */
const offered: readonly (readonly [RegExp, readonly Place[]])[] = [
  [/[Pp]ress Enter|Go back|go back|Type the password|Correct the account|paste it here/, ['sign-in box']],
  [/“Refresh” in the title of the view/, ['row below the Datasource']],
  [
    /“Onna: Refresh”/,
    [
      ...(['document', 'notification', 'tab of the details page', 'list of suggestions'] as const),
      ...(['box that asks for a UID', 'box for the code'] as const),
    ],
  ],
  [
    /Try again\.|then try again\./,
    [
      ...(['row below the Datasource', 'notification', 'search page', 'list of suggestions'] as const),
      'box that asks for a UID',
      'box for the code',
      ...(['tab of the details page', 'note above the runs'] as const),
    ],
  ],
  [/Open the (document|log) again|“Download”/, ['document']],
  [/automatically/, ['row of the account']],
  [/to search in/, ['search page']],
  [/\bthe address\b/, ['sign-in box']],
];

/** Matches the advice at the end of a message. */
const advice =
  /(^|[.:] )((Try|Select|Press|Open|Check|Correct|Copy|Choose|Ask|Sign|Go|Use|Set|Type|Narrow)\b[^.]*|If [^.]*, (send|quote|add|tell)\b[^.]*|A change can take up to two minutes to take effect|The list refreshes automatically)\.$/;

/** Matches words from code and protocols that users may not understand. */
const jargon =
  /\b(E[A-Z]{4,}|[A-Z]+_[A-Z_]+|JSON|schema|exception|undefined|null|Error|socket|cursor|decode)\b/;

/** Removes texts from the service and names of settings from a message. */
function ownWords(message: string): string {
  return message
    .replaceAll(/ The service said: “.*?”\./g, '')
    .replaceAll('NODE_EXTRA_CA_CERTS', '')
    .replaceAll('“onna.pageSize”', 'the page size');
}

/** Returns the rules that the message of a cell breaks. Each message must be clear to a user who sees no other text. */
export function brokenRules({ operation, fault, outcome }: Cell): readonly string[] {
  if ('broken' in outcome || outcome.message === undefined) return [];
  const { message, buttons } = outcome;
  const { place } = operation;
  const own = ownWords(message);
  const broken: string[] = [];
  if (message.length > maxLength) broken.push(`the message is ${message.length} characters long`);
  // A note about missing runs of a log needs no advice, because the page still shows the other runs.
  const isNote =
    place === 'note above the runs' && /^(You may not read|The service could not find)/.test(own);
  if (!advice.test(own) && !isNote) broken.push('the message does not end with advice');
  if (jargon.test(own)) broken.push('the message contains technical jargon');
  for (const [action, places] of offered)
    if (action.test(own) && !places.includes(place))
      broken.push(`the user cannot take the action ${action.source} at this place`);
  if (place === 'row of the account' && /\b(try|you (asked|typed))\b/i.test(own))
    broken.push('the message mentions a user action, but a poll failed');
  if (place === 'notification' && own.includes('Try again.') && !buttons.includes('Try Again'))
    broken.push('the notification has no Try Again button');
  const maybe = /may have succeeded anyway/.test(own);
  if (operation.writes === true && fault.refuses !== true && !maybe)
    broken.push('the message does not warn that the action may have taken effect');
  if (maybe && (operation.writes !== true || fault.refuses === true))
    broken.push(
      'the message warns that the action may have taken effect, but the action cannot have taken effect',
    );
  return broken.map((rule) => `${operation.name}, ${fault.name}: ${rule}: ${message}`);
}
