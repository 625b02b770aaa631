/** Maximum length of a code, in UTF-16 units. */
const maxCode = 4_000;
/** The characters of codes: those of a URL that need no escape, and those of Base64. */
const codeText = /^[\w.~+/=:|-]{4,}$/;

/** The result of a consent page, from the address that it opened or from the text that a user pasted. */
export interface ConsentAnswer {
  /** Every `state` in the address. A provider may add its own. Empty for a bare code. */
  readonly states: readonly string[];
  /** Undefined if there is no usable code. */
  readonly code: string | undefined;
  /** The provider's reason for refusing access, such as `access_denied`. Untrusted. */
  readonly error: string | undefined;
}

function codeOf(text: string | null | undefined): string | undefined {
  const code = text?.trim() ?? '';
  return code.length <= maxCode && codeText.test(code) ? code : undefined;
}

/**
 * VS Code decodes the query of an address once, so a plus sign in it is a plus sign of the code and not a space. No code
 * contains a space.
 */
function parametersOf(query: string): URLSearchParams {
  return new URLSearchParams(query.replaceAll('+', '%2B'));
}

/** Reads the query of the address that the consent page opened. The address is untrusted. */
export function readConsentQuery(query: string): ConsentAnswer {
  const parameters = parametersOf(query);
  // In a browser window, the address of VS Code's own page contains the query of ours.
  const inner = parametersOf(parameters.get('vscode-query') ?? '');
  const all = (name: string): string[] => [...parameters.getAll(name), ...inner.getAll(name)];
  return {
    states: all('state').slice(0, 10),
    code: codeOf(all('code')[0] ?? all('auth_code')[0]),
    error: all('error')[0],
  };
}

/** Reads a pasted text: a code, or the whole address that the browser shows. */
export function readPastedCode(text: string): ConsentAnswer {
  const trimmed = text.trim();
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed))
    return { states: [], code: codeOf(trimmed), error: undefined };
  const query = URL.canParse(trimmed) ? new URL(trimmed).search : '';
  return readConsentQuery(query.slice(1));
}
