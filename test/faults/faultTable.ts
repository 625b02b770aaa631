import path from 'node:path';
import { repository } from '../support/repository.ts';
import { faults } from './faultMatrix.ts';
import type { Cell, FaultMatrix } from './faultMatrix.ts';
import type { Fault } from './fault.ts';
import { operations } from './operations.ts';
import type { Operation } from './operation.ts';

/** Path of the table. */
export const faultTableFile = path.join(repository, 'docs', 'faults.md');

/** Longer than the longest wait between two polls of a failing service, in ms. */
const soonMs = 15 * 60_000;

const intro = `# What you see when something goes wrong

Made by \`npm run faults\`, which runs each of the calls below against real sockets while one thing goes wrong; the unit
tests do the same, and fail where this table differs from what they saw. They also see to it that in each cell

- no more than one message is shown,
- nothing that was there before is lost,
- no request goes to another origin, and no rejection is left unhandled,
- all is well again once the fault has gone: the list of Datasources by itself, the rest when it is asked for again.`;

const legend = `- ✓: nothing is told, and everything is there.
- ·: nothing is told, and something is missing or wrong until the fault has gone. A text is shown as it came.
- A number: the sentence of that number is shown. “…” stands for what differs: the service’s words, a status, a time, an address.
- The sentence of a notification follows one that names what failed: “Wiki” could not be synced.
- The sentence in a row or document follows one that says that it could not be loaded.
- ⚿: afterwards one has to sign in again.
- ⏱: put right when everything is listed anew, within the hour, or at once by “Refresh”.
- Two entries: by VS Code’s own way of sending, and by \`fetch\`.`;

/** Numbers the sentences in order of first use. */
class Words {
  readonly #numbers = new Map<string, number>();

  number(words: string): number {
    const known = this.#numbers.get(words) ?? this.#numbers.size + 1;
    this.#numbers.set(words, known);
    return known;
  }

  list(): string {
    return [...this.#numbers].map(([words, number]) => `${number}. ${asText(words)}`).join('\n');
  }
}

/** The sentence with “…” for the parts that vary: the service's words, statuses, times and addresses. */
function template(told: string): string {
  return told
    .replace(/^(You|\S+@\S+)(?= may not )/, '…')
    .replace(/(It said: )“.*?”\./, '$1“…”.')
    .replace(/ \(\d{3}\)\./, ' (…).')
    .replace(/(within|wait) \d+ (s|min)\b/, '$1 …')
    .replace(/(larger than) \d+ MB/, '$1 … MB')
    .replace(/(redirects to) [^,]+,/, '$1 …,')
    .replace(/(quote) \w+ /, '$1 … ');
}

/** Escaped, so that Markdown shows it literally. */
function asText(words: string): string {
  return words.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

/** The table, as Markdown. @throws Error if a cell broke a rule. */
export function faultTable({ cells }: FaultMatrix): string {
  const words = new Words();
  const head = ['', ...operations.map((_, index) => letter(index))];
  const rows = faults.map((fault) => [
    asText(fault.name),
    ...operations.map((operation) => entry(cells, operation, fault, words)),
  ]);
  const columns = operations.map(
    ({ name, place }, index) => `- **${letter(index)}** ${asText(name)}: ${asText(place)}`,
  );
  return [
    intro,
    `${cells.length.toLocaleString('en')} cells: ${operations.length} calls, ${faults.length} faults; those of the network itself by both ways of sending.`,
    `## The calls, and where their failures show\n\n${columns.join('\n')}`,
    `## The table\n\n${legend}\n\n${tableOf(head, rows)}`,
    `## The sentences\n\n${words.list()}\n`,
  ].join('\n\n');
}

function letter(index: number): string {
  return String.fromCodePoint('A'.charCodeAt(0) + index);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function entry(cells: readonly Cell[], operation: Operation, fault: Fault, words: Words): string {
  const entries = cells
    .filter((cell) => cell.operation === operation && cell.fault === fault)
    .map(({ outcome }) => {
      if ('broken' in outcome) throw new Error(`${operation.name}, ${fault.name}: ${outcome.broken}`);
      const { told, complete, needsSignIn, recoveryMs } = outcome;
      const shown = told === undefined ? (complete ? '✓' : '·') : String(words.number(template(told)));
      return shown + (needsSignIn ? '⚿' : recoveryMs > soonMs ? '⏱' : '');
    });
  return [...new Set(entries)].join(' / ');
}
