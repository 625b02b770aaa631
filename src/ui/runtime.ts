import * as vscode from 'vscode';
import { detailsViewType, type CommandId } from '../ids.ts';
import type { SettingId } from '../model/settings/settingValues.ts';
import { runCommand, type CommandHandlers } from './contributions.ts';
import { LazyPart } from '../base/lazyPart.ts';
import { LoadFailure } from '../base/loadFailure.ts';
import { commandHandlers } from './commands/commandHandlers.ts';
import { Owner } from '../base/event.ts';
import type { Clock } from '../base/clock.ts';
import { OnnaAuthenticationProvider } from './accounts/authenticationProvider.ts';
import type { AssistantTools } from './assistant/assistantTools.ts';
import { registerAssistant } from './assistant/registerAssistant.ts';
import { AccountCommands } from './commands/accountCommands.ts';
import { AttentionList } from './commands/attentionList.ts';
import { BulkRunner } from './commands/bulk.ts';
import { DatasourceCommands } from './commands/datasourceCommands.ts';
import { Downloads } from './commands/downloads.ts';
import { EnterKey } from './commands/enterKey.ts';
import { ExceptionFilter } from './commands/exceptionFilter.ts';
import { KeyedRows } from './commands/keyedRows.ts';
import { NodeCommands } from './commands/nodeCommands.ts';
import { ResourceCommands } from './commands/resourceCommands.ts';
import type { DetailsCommands } from './details/detailsCommands.ts';
import type { RenewalCommands } from './credentials/renewalCommands.ts';
import type { UploadCommands } from './upload/uploadCommands.ts';
import type { LinkCommands } from './links/linkCommands.ts';
import { SavedSearchesView } from './search/savedSearchesView.ts';
import type { SearchCommands } from './search/searchCommands.ts';
import { DatasourcePicker, type DatasourceTarget } from './commands/targets.ts';
import { ViewCommands } from './commands/viewCommands.ts';
import { OnnaDocuments } from './documents/documents.ts';
import { OnnaFiles } from './documents/files.ts';
import { Notifier } from './text/notifier.ts';
import { SandboxProcess } from './accounts/sandboxProcess.ts';
import { NewsNotifications } from './newsNotifications.ts';
import { checkPageFiles, readFirstCode } from './pages/webviewPage.ts';
import { Services } from './services.ts';
import { SignInFlow } from './accounts/signInFlow.ts';
import { StatusBar } from './statusBar.ts';
import { CredentialRefresh } from './tree/credentialRefresh.ts';
import { DatasourcePaths } from './tree/datasourcePaths.ts';
import { AttentionView } from './tree/attentionView.ts';
import { TreeViewController } from './tree/treeViewController.ts';
import { StatusDecorations } from './tree/decorations.ts';
import { ExceptionDecorations } from './tree/exceptionDecorations.ts';
import type { TreeNode } from './tree/nodes.ts';
import { TreeProvider } from './tree/treeProvider.ts';
import { TreeRefresh } from './tree/treeRefresh.ts';
import { VisibleRows } from './tree/visibleRows.ts';

/** The path of the URIs that *Copy Link* makes. */
const linkPath = '/open';
/** The path of the URIs that the consent pages of providers open. */
const callbackPath = '/callback';
const groupBySetting = 'onna.groupBy' satisfies SettingId;

/**
 * Dependencies of {@link Runtime} that the entry file creates, because VS Code needs them before the rest is
 * loaded.
 */
interface Shell {
  readonly context: vscode.ExtensionContext;
  readonly view: vscode.TreeView<TreeNode>;
  /** The source of time. Default: the system clock. */
  readonly clock?: Clock | undefined;
  /**
   * Called with the new runtime before anything else, so that the caller can dispose of it if the constructor
   * throws.
   */
  readonly begin: (runtime: Runtime) => void;
}

/** All parts of the extension except the entry file. Created on first use. */
export class Runtime extends Owner {
  readonly tree: TreeProvider;
  readonly authentication: OnnaAuthenticationProvider;
  readonly documents: OnnaDocuments;
  readonly files: OnnaFiles;
  readonly #services: Services;
  readonly #datasourceTree: TreeViewController;
  readonly #attention: AttentionView;
  readonly #keyedRows: KeyedRows;
  readonly #sandbox: SandboxProcess;
  readonly #commands: CommandHandlers;
  readonly #searches: LazyPart<SearchCommands>;
  readonly #details: LazyPart<DetailsCommands>;
  readonly #uploads: LazyPart<UploadCommands>;
  readonly #links: LazyPart<LinkCommands>;
  readonly #renewals: LazyPart<RenewalCommands>;
  #assistant: AssistantTools | undefined;
  #ready: Promise<void> | undefined;

  constructor({ context, view, clock: wantedClock, begin }: Shell) {
    super();
    begin(this);
    const services = this.register(new Services(context, wantedClock));
    this.#services = services;
    const { store, resources, accounts, clients, clock, log, settings, zone, code } = services;
    const notifier = new Notifier(log);
    const flow = new SignInFlow(accounts, clients);
    this.authentication = this.register(
      new OnnaAuthenticationProvider(accounts, flow, (error) =>
        log.error('Could not notify VS Code that the accounts changed', error),
      ),
    );
    this.documents = this.register(
      new OnnaDocuments(
        (id) => services.client(id),
        services.logs,
        () => services.ready(),
      ),
    );
    this.files = new OnnaFiles(
      (id) => services.client(id),
      () => services.ready(),
      clock,
    );
    this.#sandbox = this.register(new SandboxProcess(context, accounts, notifier));
    this.tree = this.register(
      new TreeProvider({
        store,
        lists: resources,
        clock,
        grouping: settings.get(groupBySetting),
        ready: () => this.ready(),
        findings: services.findings,
        marks: services.marks,
        credentials: services,
      }),
    );
    this.#datasourceTree = this.register(
      new TreeViewController(view, this.tree, resources, (id) => services.client(id), zone),
    );
    const paths = new DatasourcePaths(store);
    this.register(new StatusDecorations(store, paths));
    this.register(new ExceptionDecorations(services.marks, paths));
    const visibleRows = this.register(new VisibleRows(paths));
    this.register(
      visibleRows.onDidShow(({ connectionId, datasource }) => {
        services.connections.shown(connectionId, datasource.id);
        services.findings.shown(connectionId, datasource);
      }),
    );
    const credentialRefresh = this.register(new CredentialRefresh(this.tree));
    const refresh = this.register(
      new TreeRefresh({
        tree: this.tree,
        lists: resources,
        visibleRows,
        clock,
        onTick: () => {
          this.#datasourceTree.update();
          credentialRefresh.tick();
        },
      }),
    );
    this.register(
      new NewsNotifications(services.news, (error) => log.error('Could not show a notification', error)),
    );
    this.register(new StatusBar(store, clock, settings));
    const followViews = (): void => services.setViewVisible(view.visible || this.#attention.view.visible);
    this.#attention = this.register(
      new AttentionView({ tree: this.tree, clock, zone, ready: () => this.ready(), onVisible: followViews }),
    );
    this.#keyedRows = new KeyedRows({ datasourcesKey: view, attentionKey: this.#attention.view });
    const follow = (visible: boolean): void => {
      followViews();
      refresh.setVisible(visible);
    };
    follow(view.visible);
    this.register(view.onDidChangeVisibility(({ visible }) => follow(visible)));
    this.register(vscode.window.onDidChangeWindowState(({ focused }) => refresh.setFocused(focused)));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(groupBySetting)) {
          this.tree.grouping = settings.get(groupBySetting);
        }
      }),
    );

    // Ignore the selection in a hidden view, because the user does not see it.
    const selection = (): readonly TreeNode[] => (view.visible ? view.selection : []);
    const picker = new DatasourcePicker(store, clock, () => this.ready(), selection);
    const bulk = new BulkRunner(log);
    const savedSearches = this.register(
      new SavedSearchesView({ saved: services.savedSearches, store, ready: () => this.ready() }),
    );
    const partOfAnyTime = <T>(make: () => Promise<T>): LazyPart<T> => new LazyPart(() => code.load(make));
    /** A part that needs the stored accounts. */
    const part = <T>(make: () => Promise<T>): LazyPart<T> =>
      new LazyPart(async () => {
        await this.ready();
        return code.load(make);
      });
    this.#searches = part(async () => {
      const { SearchCommands } = await import('./search/searchCommands.ts');
      await checkPageFiles(context.extensionUri, 'search');
      return this.register(
        new SearchCommands(context, services, this.documents, this.#datasourceTree, savedSearches),
      );
    });
    this.#details = part(async () => {
      const { DetailsCommands } = await import('./details/detailsCommands.ts');
      const firstCode = await readFirstCode(context.extensionUri);
      const parts = { services, documents: this.documents, tree: this.#datasourceTree, picker, notifier };
      return this.register(new DetailsCommands({ extensionUri: context.extensionUri, firstCode, ...parts }));
    });
    const manage = part(async () => {
      const { ManageCommands } = await import('./manage/manageCommands.ts');
      return new ManageCommands({ services, picker, notifier, bulk, tree: this.#datasourceTree, selection });
    });
    this.#uploads = part(async () => {
      const { UploadCommands } = await import('./upload/uploadCommands.ts');
      return this.register(new UploadCommands({ services, picker, notifier }));
    });
    this.#renewals = part(async () => {
      const { RenewalCommands } = await import('./credentials/renewalCommands.ts');
      return new RenewalCommands({ services, picker, notifier });
    });
    const datasourceDownloads = partOfAnyTime(async () => {
      const { DatasourceDownloads } = await import('./commands/datasourceDownloads.ts');
      return new DatasourceDownloads(services, picker, notifier);
    });
    const diagnostics = partOfAnyTime(async () => {
      const { DiagnosticsCommands } = await import('./diagnostics/diagnosticsCommands.ts');
      return new DiagnosticsCommands({ context, services, documents: this.documents, notifier });
    });
    this.#links = partOfAnyTime(async () => {
      const { LinkCommands } = await import('./links/linkCommands.ts');
      return new LinkCommands(services, this.#datasourceTree, flow);
    });
    const assistant = partOfAnyTime(async () => {
      const { AssistantTools } = await import('./assistant/assistantTools.ts');
      const shown = { tree: this.#datasourceTree, details: this.#details, searches: this.#searches };
      this.#assistant = this.register(new AssistantTools({ services, context, ...shown }));
      return this.#assistant;
    });
    this.register(registerAssistant(assistant, services));
    const account = new AccountCommands(services, flow, notifier);
    const viewCommands = new ViewCommands(services, this.tree, this.#datasourceTree, picker, notifier, bulk);
    const showDetails = async (target: DatasourceTarget): Promise<void> =>
      (await this.#details.get()).showTarget(target);
    const attention = new AttentionList(services, picker, showDetails);
    const exceptionFilter = new ExceptionFilter(resources, this.#datasourceTree, picker);
    const enterKey = new EnterKey(view, async ({ connectionId, datasourceId }) => {
      const datasource = store.find(connectionId, datasourceId);
      if (datasource) await showDetails({ connectionId, datasource });
    });
    const datasource = new DatasourceCommands(services, picker, notifier, bulk);
    const downloads = new Downloads(services, notifier, bulk);
    const rowParts = { services, documents: this.documents, bulk, selection };
    const resource = new ResourceCommands({ ...rowParts, downloads });
    const node = new NodeCommands({ ...rowParts, picker, notifier });
    this.#commands = commandHandlers({
      ...{ account, viewCommands, attention, enterKey, exceptionFilter, datasource, resource, node, log },
      sandbox: this.#sandbox,
      tree: this.#datasourceTree,
      searches: this.#searches,
      details: this.#details,
      manage,
      datasourceDownloads,
      diagnostics,
      links: this.#links,
      assistant,
      renewals: this.#renewals,
      uploads: this.#uploads,
    });
    this.ready().catch((error: unknown) =>
      notifier.report(vscode.l10n.t('Your Onna accounts could not be read.'), error),
    );
    this.ready()
      .then(() => services.updateUnfinished())
      .catch((error: unknown) => log.error('Could not look for interrupted uploads', error));
  }

  /** Resolves once the stored accounts and their last known Datasources can be shown. */
  async ready(): Promise<void> {
    this.#ready ??= (async () => {
      await this.#services.ready();
      const adopting = this.#sandbox.adopt();
      // If there is no account, wait for the sandbox. Otherwise the view would show only its welcome text. If
      // there is an account, the view already shows known data.
      if (this.#services.accounts.connections().length === 0) await adopting;
    })();
    this.#ready.catch(() => {
      // Secret storage may have been locked. The next call tries again.
      this.#ready = undefined;
    });
    await this.#ready;
  }

  /** Restores a page after a window reload. `state` is the state that the page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { panels } = await (panel.viewType === detailsViewType ? this.#details : this.#searches).get();
    await panels.deserializeWebviewPanel(panel, state);
  }

  /** Uploads the files that were dropped on a row of the tree. */
  async handleDrop(row: TreeNode | undefined, dataTransfer: vscode.DataTransfer): Promise<void> {
    await (await this.#uploads.get()).drop(row, dataTransfer);
  }

  /** Handles a URI of this extension that another program opened. */
  async handleUri(uri: vscode.Uri): Promise<void> {
    if (uri.path === linkPath) await (await this.#links.get()).open(uri);
    if (uri.path === callbackPath) await (await this.#renewals.get()).consent.handle(uri);
  }

  /** Runs a command with the arguments from VS Code. */
  async run(id: CommandId, args: readonly unknown[]): Promise<void> {
    try {
      await runCommand(this.#commands, id, await this.#keyedRows.argumentsOf(args));
    } catch (error) {
      // CodeLoader has reported the failure, so VS Code should not report a failed command as well.
      if (!(error instanceof LoadFailure)) throw error;
    }
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: TreeNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    return this.#datasourceTree.resolve(item, node, token);
  }

  /** Writes pending data before the window closes. */
  async close(): Promise<void> {
    await Promise.all([
      this.#services.snapshots.flush(),
      this.#services.journal.flush(),
      this.#assistant?.mcp.close(),
    ]);
    this.dispose();
  }
}
