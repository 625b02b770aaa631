import type { Cell } from './faultMatrix.ts';
import type { Place } from './operation.ts';

/** UTF-16 units: some three lines of a notification. */
const maxLength = 200;

/** Actions that sentences name, and the places where they are offered. */
const offered: readonly (readonly [RegExp, readonly Place[]])[] = [
  [/[Pp]ress Enter|Go back|go back|Type the password|Correct the account|paste it here/, ['sign-in box']],
  [/“Refresh” in the title of the view/, ['row below the Datasource']],
  [/“Onna: Refresh”/, ['document', 'notification']],
  [/Try again\.|then try again\./, ['row below the Datasource', 'notification', 'search page']],
  [/Open it again|“Download”/, ['document']],
  [/automatically/, ['row of the account']],
  [/to search in/, ['search page']],
  [/\bthe address\b/, ['sign-in box']],
];

/** How a sentence ends that says what to do. */
const advice =
  /(^|[.:] )((Try|Select|Press|Open|Check|Correct|Copy|Choose|Ask|Sign|Go|Use|Set|Type)\b[^.]*|If [^.]*, (send|quote|add|tell)\b[^.]*|A change can take up to two minutes to take effect|The list refreshes automatically)\.$/;

/** Words of exceptions, protocols and code, which say nothing to a reader. */
const jargon =
  /\b(E[A-Z]{4,}|[A-Z]+_[A-Z_]+|JSON|schema|exception|undefined|null|Error|socket|cursor|decode)\b/;

/** The sentence without what the service itself said, and without names that must be spelled as they are. */
function ownWords(told: string): string {
  return told
    .replaceAll(/ It said: “.*?”\./g, '')
    .replaceAll('NODE_EXTRA_CA_CERTS', '')
    .replaceAll('“onna.pageSize”', 'the page size');
}

/** Rules that the sentence of a cell breaks, for somebody who sees only that sentence at that place. */
export function brokenRules({ operation, fault, outcome }: Cell): readonly string[] {
  if ('broken' in outcome || outcome.told === undefined) return [];
  const { told, buttons } = outcome;
  const { place } = operation;
  const own = ownWords(told);
  const broken: string[] = [];
  if (told.length > maxLength) broken.push(`it is ${told.length} characters long`);
  if (!advice.test(own)) broken.push('it does not end with what to do');
  if (jargon.test(own)) broken.push('it uses words of a program');
  for (const [action, places] of offered)
    if (action.test(own) && !places.includes(place)) broken.push(`${action.source} is not offered there`);
  if (place === 'row of the account' && /\b(try|you (asked|typed))\b/i.test(own))
    broken.push('it speaks of what somebody did, but a poll failed');
  if (place === 'notification' && own.includes('Try again.') && !buttons.includes('Try Again'))
    broken.push('there is no button to try again');
  const maybe = /may have gone through anyway/.test(own);
  if (operation.writes === true && fault.refuses !== true && !maybe)
    broken.push('it does not say that the action may have been done');
  if (maybe && (operation.writes !== true || fault.refuses === true))
    broken.push('it says that something may have been done that was not');
  return broken.map((rule) => `${operation.name}, ${fault.name}: ${rule}: ${told}`);
}
