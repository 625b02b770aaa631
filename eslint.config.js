import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The allowed direction of imports between the client's layers. model/, ui/ and webview/ also use shared/, a
 * peer of onna/.
 */
const order = 'Imports go lazy → ui → model → onna → base, never back.';

/**
 * Creates a configuration that stops files in `folder` from importing the folders or modules in `forbidden`.
 * @param {string} folder
 * @param {string[]} forbidden
 * @param {string} why
 */
function restrictImports(folder, forbidden, why) {
  const patterns = [];
  const folders = forbidden.filter((name) => name !== 'vscode');
  if (folders.length > 0) patterns.push({ regex: `(^|/)(${folders.join('|')})/`, message: why });
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns,
          paths: forbidden.includes('vscode') ? [{ name: 'vscode', message: why }] : [],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'dist-test', '.vscode-test', 'test-results', 'bench-results', 'node_modules'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // `void promise` would satisfy the rule, but a rejection would be lost.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  restrictImports(
    'base',
    ['vscode', 'onna', 'shared', 'model', 'ui', 'lazy', 'webview', 'sandbox', 'mcp'],
    'base/ imports no other layer.',
  ),
  restrictImports(
    'shared',
    ['vscode', 'base', 'onna', 'model', 'ui', 'lazy', 'webview', 'sandbox', 'mcp'],
    'shared/ imports no other layer.',
  ),
  restrictImports(
    'onna',
    ['vscode', 'shared', 'model', 'ui', 'lazy', 'webview', 'sandbox', 'mcp'],
    `onna/ imports base/ only. ${order}`,
  ),
  restrictImports(
    'model',
    ['vscode', 'ui', 'lazy', 'webview', 'sandbox', 'mcp'],
    `model/ imports onna/, base/ and shared/ only. ${order}`,
  ),
  restrictImports(
    'ui',
    ['lazy', 'webview', 'sandbox', 'mcp'],
    `ui/ imports model/, onna/, base/ and shared/ only. ${order}`,
  ),
  restrictImports(
    'lazy',
    ['model', 'onna', 'base', 'shared', 'webview', 'sandbox', 'mcp'],
    `lazy/ imports ui/ only. ${order}`,
  ),
  restrictImports(
    'webview',
    ['vscode', 'base', 'onna', 'model', 'ui', 'lazy', 'sandbox', 'mcp'],
    'webview/ imports shared/ only.',
  ),
  restrictImports(
    'mcp',
    ['vscode', 'base', 'onna', 'model', 'ui', 'lazy', 'webview', 'sandbox'],
    'mcp/ is a program of its own and imports shared/ only.',
  ),
  restrictImports(
    'sandbox',
    ['vscode', 'onna', 'shared', 'model', 'ui', 'lazy', 'webview', 'mcp'],
    'sandbox/ and the client share no code: they talk only over HTTP.',
  ),
  {
    // These VS Code functions render links and `$(icon)` syntax in their text. The helpers escape the text first.
    files: ['src/ui/**/*.ts'],
    ignores: ['src/ui/text/messages.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['showErrorMessage', 'showWarningMessage', 'showInformationMessage', 'setStatusBarMessage'].map(
          (property) => ({ property, message: 'Use src/ui/text/messages.ts.' }),
        ),
        { property: 'appendText', message: 'Use src/ui/text/tooltip.ts.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  {
    // The type check already reports undefined names in browser code.
    files: ['src/sandbox/page/browser/**/*.js'],
    rules: { 'no-undef': 'off' },
  },
);
