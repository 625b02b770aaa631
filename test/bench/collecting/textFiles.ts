import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../../src/sandbox/samples/seededRandom.ts';

/** Number of files per folder. */
const folderSize = 500;

/** Minimum and maximum number of words per file. The average file has about 2 KB. */
const minWords = 100;
const maxWords = 400;

/** Number of different words. */
const vocabularySize = 20_000;

const syllables = [
  'ber',
  'tha',
  'lo',
  'min',
  'sker',
  'ri',
  'dan',
  'vo',
  'quay',
  'el',
  'na',
  'tur',
  'sa',
  'fi',
  'om',
];

function makeVocabulary(random: () => number): readonly string[] {
  return Array.from({ length: vocabularySize }, (_, rank) => {
    const length = rank < 100 ? 1 : 2 + Math.floor(random() * 3);
    return (
      Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join('') +
      rank.toString(36)
    );
  });
}

/**
 * Writes `count` different small text files below `folder`. Each run writes the same files.
 * @returns the total size of the files, in bytes
 */
export async function writeTextFiles(folder: string, count: number): Promise<number> {
  const random = seededRandom('text files');
  const vocabulary = makeVocabulary(random);
  let bytes = 0;
  for (let start = 0; start < count; start += folderSize) {
    const below = path.join(folder, `part-${String(start / folderSize).padStart(4, '0')}`);
    await mkdir(below, { recursive: true });
    const writing: Promise<void>[] = [];
    for (let number = start; number < Math.min(count, start + folderSize); number++) {
      const length = minWords + Math.floor(random() * (maxWords - minWords));
      // The word frequencies follow Zipf's law, as in a natural language.
      const words = Array.from(
        { length },
        () => vocabulary[Math.floor(vocabularySize ** random()) - 1] ?? '',
      );
      const text = `${words.join(' ')}\n`;
      bytes += text.length;
      writing.push(writeFile(path.join(below, `note-${String(number).padStart(6, '0')}.txt`), text));
    }
    await Promise.all(writing);
  }
  return bytes;
}
