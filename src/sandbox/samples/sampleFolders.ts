import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  conversation,
  csvTable,
  handbookChapters,
  htmlPage,
  letters,
  logEntry,
  notes,
  wikiPages,
} from './prose.ts';
import { seededRandom } from './seededRandom.ts';

/** A file of a sample origin. */
interface SampleFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Age of the file. Files have different ages, so that searches with `after:` and `before:` find different files. */
  readonly ageDays: number;
}

const dayMs = 86_400_000;
const logDays = 1300;

function isoDay(ageDays: number): string {
  return new Date(Date.now() - ageDays * dayMs).toISOString().slice(0, 10);
}

function harbourLog(): SampleFile[] {
  return Array.from({ length: logDays }, (_, age) => {
    const day = isoDay(age);
    return { name: `${day.slice(0, 4)}/${day.slice(5, 7)}/${day}.md`, content: logEntry(day), ageDays: age };
  });
}

function channel(name: string, messages: number): SampleFile[] {
  return Array.from({ length: messages }, (_, index) => ({
    name: `${name}/${isoDay(index)}.json`,
    content: conversation(name, isoDay(index)),
    ageDays: index,
  }));
}

function tideTables(): SampleFile[] {
  return Array.from({ length: 24 }, (_, index) => {
    const month = isoDay(index * 30).slice(0, 7);
    return { name: `tides-${month}.csv`, content: csvTable(month), ageDays: index * 30 };
  });
}

function markdown(pages: readonly (readonly [string, string])[], step: number): SampleFile[] {
  return pages.map(([name, content], index) => ({ name: `${name}.md`, content, ageDays: 2 + index * step }));
}

function folders(): Readonly<Record<string, readonly SampleFile[]>> {
  return {
    'harbour-wiki': [
      ...wikiPages().map(([name, content], index) => ({
        name: `${name}.html`,
        content: htmlPage(content),
        ageDays: index * 9,
      })),
      // Binary content with a text extension, to cause a processing exception.
      { name: 'attachments/sonar-export.txt', content: new Uint8Array([0, 1, 2, 3, 250, 0, 7]), ageDays: 40 },
    ],
    'harbour-log': harbourLog(),
    'tide-tables': tideTables(),
    'pilot-handbook': markdown(handbookChapters(), 30),
    'crew-channel': channel('crew', 400),
    'pilot-channel': channel('pilots', 60),
    'dispatch-channel': channel('dispatch', 45),
    'charter-contracts': markdown(letters('charter'), 20),
    'casualty-reports': markdown(letters('casualty'), 15),
    'insurer-letters': markdown(letters('insurer'), 11),
    'my-notes': markdown(notes(), 3),
    drafts: markdown(letters('draft'), 5),
  };
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

/**
 * Writes the sample origins below `root`. Does not change existing folders, because a user may have edited
 * their files.
 */
export async function writeSampleFolders(root: string): Promise<void> {
  const random = seededRandom('ages');
  for (const [folder, files] of Object.entries(folders())) {
    if (await exists(path.join(root, folder))) continue;
    for (const { name, content, ageDays } of files) {
      const file = path.join(root, folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
      const modified = (Date.now() - (ageDays + random()) * dayMs) / 1000;
      await utimes(file, modified, modified);
    }
  }
}
