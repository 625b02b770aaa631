import * as vscode from 'vscode';
import { displayText } from '../../shared/displayText.ts';

/** Maximum length of a line, in UTF-16 units. */
const maxLine = 500;

/**
 * Escapes text so that Markdown shows it literally. `MarkdownString.appendText` is not enough (VS Code
 * 1.139): `https://…` and `<https://…>` still become links, and `&lt;` becomes `<`. Character references
 * prevent both.
 */
function asMarkdown(text: string): string {
  return displayText(text, maxLine).replaceAll(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A tooltip of headings, paragraphs and lists. All text in it is escaped. */
export class Tooltip {
  readonly #markdown = new vscode.MarkdownString();

  heading(text: string): this {
    const shown = asMarkdown(text);
    if (shown !== '') this.#markdown.appendMarkdown(`**${shown}**\n\n`);
    return this;
  }

  paragraph(text: string): this {
    this.#markdown.appendMarkdown(`${asMarkdown(text)}\n\n`);
    return this;
  }

  /** Adds a list item. */
  entry(text: string): this {
    this.#markdown.appendMarkdown(`- ${asMarkdown(text)}\n`);
    return this;
  }

  /** Adds a list item "name: value". Adds nothing if there is no value. */
  line(name: string, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.entry(`${name}: ${value}`);
  }

  /** Ends the list. */
  gap(): this {
    this.#markdown.appendMarkdown('\n');
    return this;
  }

  get isEmpty(): boolean {
    return this.#markdown.value === '';
  }

  get markdown(): vscode.MarkdownString {
    return this.#markdown;
  }
}
