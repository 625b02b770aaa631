import type { SearchStrings } from '../../shared/searchStrings.ts';

/** The parts of the page's document. The page can load all URIs as they are. */
interface SearchPageParts {
  /** The origin that VS Code's webviews load resources from, e.g. `https://*.vscode-cdn.net`. */
  readonly cspSource: string;
  /** Unguessable, new for each document. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconStyleUri: string;
  /** VS Code's display language, a BCP 47 tag. Formats numbers and dates. */
  readonly language: string;
  readonly title: string;
  /** Identifies this page in the arguments of its context menu commands. */
  readonly pageId: string;
  readonly strings: SearchStrings;
}

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/**
 * The search page's document. It may load only its own script, styles and the icon font. Its texts are in an attribute,
 * so the policy need not allow an inline script. `'unsafe-…'` is not needed, because styles are set only through the
 * object model.
 */
export function searchPageHtml(parts: SearchPageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.cspSource}`,
    `font-src ${parts.cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const context = JSON.stringify({ preventDefaultContextMenuItems: true, onnaPage: parts.pageId });
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(parts.title)}</title>
<link rel="stylesheet" href="${attribute(parts.codiconStyleUri)}">
<link rel="stylesheet" href="${attribute(parts.styleUri)}">
</head>
<body data-strings="${attribute(JSON.stringify(parts.strings))}" data-vscode-context="${attribute(context)}">
<script nonce="${attribute(parts.nonce)}" src="${attribute(parts.scriptUri)}"></script>
</body>
</html>`;
}
