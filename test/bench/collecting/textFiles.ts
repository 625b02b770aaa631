import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../../src/sandbox/samples/seededRandom.ts';

/** Files per folder. */
const folderSize = 500;

/** Words per file: about 1.5 KB. */
const minWords = 100;
const maxWords = 400;

/** Size of the vocabulary. Word frequencies are distributed as in a natural language. */
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
 * Writes `count` small texts below `folder`. They all differ, but are the same in each run.
 * @returns Their total size in bytes.
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
      // Zipf: the probability of a word falls with its rank.
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
