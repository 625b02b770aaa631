import type { ZipFile } from '../archive/zipFile.ts';
import { readDrawing } from './drawing.ts';
import { readRelationships } from './packageParts.ts';
import type { TextBuilder } from './textBuilder.ts';
import { readXml } from './xml.ts';

/** Types of the parts of a slide that have text of their own, in the order of the text. */
const slideParts = ['diagramData', 'chart', 'notesSlide', 'comments'];

/** Reads a document of PowerPoint: the slides in their order, each with its diagrams, charts, notes and comments. */
export async function readPresentation(zip: ZipFile, main: string, out: TextBuilder): Promise<void> {
  const ids: string[] = [];
  await readXml(zip, main, {
    open: (element, attributes) => {
      // The element has an `id` without a prefix, too. The one with a prefix is the reference.
      if (element === 'sldId') ids.push(attributes['id'] ?? '');
    },
  });
  const slides = new Map((await readRelationships(zip, main)).map(({ id, target }) => [id, target]));
  for (const id of ids) {
    const slide = slides.get(id);
    if (slide === undefined || out.isFull) continue;
    await readDrawing(zip, slide, out);
    const related = await readRelationships(zip, slide);
    for (const wanted of slideParts)
      for (const { type, target } of related) if (type === wanted) await readDrawing(zip, target, out);
    out.line();
  }
}
