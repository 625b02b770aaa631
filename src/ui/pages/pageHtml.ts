/** The parts of a page's HTML document. All URIs are webview URIs. */
interface PageParts {
  /** The origin that VS Code's webviews load resources from, e.g. `https://*.vscode-cdn.net`. */
  readonly cspSource: string;
  /** Unguessable, and different for each document. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUris: readonly string[];
  /** VS Code's display language, a BCP 47 tag. The page formats numbers and dates for this language. */
  readonly language: string;
  readonly title: string;
  /** Shown if the page's script does not run. */
  readonly notLoaded: string;
  /** Values for the page's script, which reads them from `document.body.dataset`. Names are in kebab case. */
  readonly data: Readonly<Record<string, string>>;
  readonly first?: FirstCode | undefined;
}

/** A small script and the styles for the first paint of a page, as the build wrote them. */
export interface FirstCode {
  /** Shows what `data` contains. Then loads the script and the styles of the page. */
  readonly script: string;
  readonly styles: string;
}

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/**
 * The document of a page. It may load only its own script, its own styles and the icon font. The page's texts
 * are in attributes, and the page sets styles only with the DOM API. The policy therefore needs no `'unsafe-…'`.
 *
 * VS Code loads each file of a page through several processes, and shows a document only when its files are loaded.
 * A document with {@link FirstCode} only preloads its files, so that VS Code shows it at once.
 */
export function pageHtml(parts: PageParts): string {
  const { first } = parts;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.cspSource}${first ? ` 'nonce-${parts.nonce}'` : ''}`,
    `font-src ${parts.cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const data = Object.entries(parts.data).map(([name, value]) => ` data-${name}="${attribute(value)}"`);
  const nonce = `nonce="${attribute(parts.nonce)}"`;
  const script = attribute(parts.scriptUri);
  const styles = parts.styleUris.map((uri) =>
    first
      ? `<link rel="preload" as="style" href="${attribute(uri)}">`
      : `<link rel="stylesheet" href="${attribute(uri)}">`,
  );
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(parts.title)}</title>
${styles.join('\n')}
${first ? `<link rel="preload" as="script" href="${script}" ${nonce}>\n<style ${nonce}>${first.styles}</style>` : ''}
</head>
<body${data.join('')}>
<p id="not-loaded">${attribute(parts.notLoaded)}</p>
<script ${nonce}${first ? `>${first.script}` : ` src="${script}">`}</script>
</body>
</html>`;
}
