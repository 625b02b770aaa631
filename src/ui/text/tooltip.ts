import * as vscode from 'vscode';
import { displayText } from '../../shared/displayText.ts';

/** The longest line of a tooltip, in UTF-16 units. */
const maxLine = 500;

/**
 * Text as Markdown that shows just this text. `MarkdownString.appendText` does not (VS Code 1.139): it lets
 * `https://…` and `<https://…>` become links, and `&lt;` become `<`. As character references nothing is read.
 */
function asMarkdown(text: string): string {
  return displayText(text, maxLine).replaceAll(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A tooltip of a heading and lines, in which nothing but that is markup. */
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

  /** A line of a list. */
  entry(text: string): this {
    this.#markdown.appendMarkdown(`- ${asMarkdown(text)}\n`);
    return this;
  }

  /** A line of a list with its name; none where there is no value. */
  line(name: string, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.entry(`${name}: ${value}`);
  }

  /** Ends a list. */
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
