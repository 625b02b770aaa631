// For the extension "Mocha for VS Code" (coderline.mocha-vscode), see settings.json: version 1.4 imports Mocha's
// options from the file they had before Mocha 12. Remove this when it no longer does.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'mocha/lib/cli/options.js' ? 'mocha/lib/cli/options.cjs' : specifier, context),
});
