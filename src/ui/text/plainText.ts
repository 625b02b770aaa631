import { lastSegment } from '../../onna/address.ts';
import type { NodePath } from '../../onna/address.ts';
import { displayText } from '../../shared/displayText.ts';

/** The longest name that is shown anywhere in the workbench, in UTF-16 units. */
const maxName = 200;

/** As much as VS Code shows of a notification itself, in UTF-16 units. */
const maxMessage = 1_000;

/**
 * VS Code reads `[words](command:…)` in a notification, a progress title or the prompt of an input box as a link, and
 * `$(name)` in a quick pick, a prompt or the status bar as an icon. Nothing tells it not to: a character of no width
 * between the brackets makes text of both.
 */
function unmarked(text: string): string {
  return text.includes('(') ? text.replaceAll(/([\]$])(?=\()/g, '$1\u200b') : text;
}

/** A name that the service gave, or a word of it, as text for any part of the workbench. */
export function plainText(text: string): string {
  return unmarked(displayText(text, maxName));
}

/** A whole message, whatever it quotes. Names in it go through {@link plainText} first: else one could push out the rest. */
export function plainMessage(message: string): string {
  return unmarked(displayText(message, maxMessage));
}

/** What a node is called: its title, or the end of its path where it has none that can be seen. */
export function nodeName({
  title,
  path,
}: {
  readonly title?: string | undefined;
  readonly path: NodePath;
}): string {
  return plainText(title ?? '') || plainText(lastSegment(path)) || '\ufffd';
}
