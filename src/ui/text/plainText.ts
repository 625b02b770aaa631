import { lastSegment, type NodePath } from '../../onna/address.ts';
import { displayText } from '../../shared/displayText.ts';

/** Maximum length of a name in the workbench, in UTF-16 units. */
const maxName = 200;

/** Maximum length of a message, in UTF-16 units. VS Code truncates notifications at the same length. */
const maxMessage = 1_000;

/**
 * Prevents links and icons. In a notification, a progress title or a prompt, VS Code shows `[words](command:…)` as a
 * link. In a quick pick, a prompt or the status bar, it shows `$(name)` as an icon. There is no way to escape this
 * syntax, but a zero-width character before the parenthesis turns it into plain text.
 */
function unmarked(text: string): string {
  return text.includes('(') ? text.replaceAll(/([\]$])(?=\()/g, '$1\u200b') : text;
}

/** A name or another short text from the service, as plain text for any part of the workbench. */
export function plainText(text: string): string {
  return unmarked(displayText(text, maxName));
}

/**
 * A whole message as plain text. Pass names through {@link plainText} first, because a long name would leave
 * no room for the rest.
 */
export function plainMessage(message: string): string {
  return unmarked(displayText(message, maxMessage));
}

/** The display name of a node: its title, or the end of its path if it has no visible title. */
export function nodeName({
  title,
  path,
}: {
  readonly title?: string | undefined;
  readonly path: NodePath;
}): string {
  return plainText(title ?? '') || plainText(lastSegment(path)) || '\ufffd';
}
