import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { DetailsConversation, type DetailsStart } from '../../model/details/detailsConversation.ts';
import type { DetailsDeps } from '../../model/details/detailsDeps.ts';
import type { DetailsTarget } from '../../model/details/detailsHost.ts';
import type { DetailsTab } from '../../shared/detailsProtocol.ts';
import type { FirstCode } from '../pages/pageHtml.ts';
import { documentOf } from '../pages/webviewPage.ts';
import { nodeName } from '../text/plainText.ts';
import { detailsPageStrings } from './detailsPageStrings.ts';

/** Constructor dependencies of the details pages. */
export interface DetailsPanelDeps extends Omit<DetailsDeps, 'post' | 'isShown'> {
  readonly extensionUri: vscode.Uri;
  readonly firstCode: FirstCode;
}

/** The details page of one Datasource in the workbench. */
export class DetailsPanel extends Owner {
  readonly target: DetailsTarget;
  readonly #panel: vscode.WebviewPanel;
  readonly #conversation: DetailsConversation;

  constructor(
    panel: vscode.WebviewPanel,
    deps: DetailsPanelDeps,
    target: DetailsTarget,
    start: DetailsStart,
  ) {
    super();
    this.target = target;
    this.#panel = this.register(panel);
    const post: DetailsDeps['post'] = (message) => {
      // VS Code drops messages to a hidden page. When the page is shown again, VS Code creates it again, and
      // the new page requests all data.
      panel.webview.postMessage(message).then(undefined, deps.onError);
    };
    this.#conversation = this.register(
      new DetailsConversation({ ...deps, post, isShown: () => panel.visible }, target, start),
    );
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#conversation.receive(message)),
    );
    this.register(deps.host.onDidChange(() => this.#name(deps)));
    this.#name(deps);
    panel.iconPath = {
      light: vscode.Uri.joinPath(deps.extensionUri, 'media', 'details-light.svg'),
      dark: vscode.Uri.joinPath(deps.extensionUri, 'media', 'details-dark.svg'),
    };
    panel.webview.html = documentOf(panel.webview, deps.extensionUri, {
      name: 'details',
      first: deps.firstCode,
      title: vscode.l10n.t('Details'),
      strings: detailsPageStrings(),
      data: {
        'connection-id': target.connectionId,
        'datasource-id': target.datasourceId,
        opening: JSON.stringify(this.#conversation.open()),
      },
    });
  }

  /** Brings the page to the front. @param tab The tab to show. Default: the page's current tab. */
  reveal(tab?: DetailsTab): void {
    // VS Code creates a hidden page again when it is shown. Until then, VS Code drops messages to it.
    const wasShown = this.#panel.visible;
    this.#panel.reveal();
    if (tab !== undefined) this.#conversation.show(tab, wasShown);
  }

  #name({ host }: DetailsPanelDeps): void {
    const datasource = host.datasource(this.target);
    if (datasource) this.#panel.title = nodeName(datasource);
    else if (this.#panel.title === '') this.#panel.title = vscode.l10n.t('Details');
  }
}
