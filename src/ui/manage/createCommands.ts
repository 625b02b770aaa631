import * as vscode from 'vscode';
import { accountLabel } from '../../model/accounts/connection.ts';
import { isFolderType, typeLabel } from '../../model/datasources/datasource.ts';
import { syncTypes, type SyncType } from '../../model/datasources/syncStatus.ts';
import { NodeEdits, type CreationResult } from '../../model/manage/nodeEdits.ts';
import type { NodePath } from '../../onna/address.ts';
import type { NewContent } from '../../onna/contentClient.ts';
import type { DatasourceType } from '../../onna/wire/datasourceTypes.ts';
import { askText, required, type StepResult } from '../accounts/askText.ts';
import type { RowCall } from '../contributions.ts';
import { inform } from '../text/messages.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { inView } from '../text/progress.ts';
import { syncTypeLabel } from '../text/statusText.ts';
import { addablePlaces } from './addablePlaces.ts';
import { askChoice, runSteps, type Choice } from './askChoice.ts';
import { showEdit } from './editOutcome.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';
import { askAddress, hasSource, sourceFields } from './sourceAddress.ts';

/** The folder of all Workspaces (docs/onna-api.md §10). */
const workspacesFolder: NodePath = '/workspaces';

/** The values that the steps collect. */
interface Answers {
  type: string;
  title: string;
  syncType: SyncType;
  parent: NodePath;
  address: string;
}

/** Creates Workspaces and Datasources. */
export class CreateCommands {
  readonly #parts: ManageParts;
  readonly #edits: NodeEdits;

  constructor(parts: ManageParts) {
    this.#parts = parts;
    this.#edits = new NodeEdits(parts.context);
  }

  async newWorkspace(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('New Workspace');
    const connectionId = await this.#connection(call, title);
    if (connectionId === undefined) return;
    const folder = { connectionId, path: workspacesFolder, name: vscode.l10n.t('Workspaces') };
    if (!(await isPermitted(this.#parts.services, folder, 'guillotina.AddContent', title))) return;
    let typed = '';
    const asked = await askText({
      title,
      prompt: vscode.l10n.t('The title of the new Workspace'),
      accept: (value) => required(value, (text) => (typed = text)),
    });
    if (asked !== 'next') return;
    const content = { '@type': 'Workspace', title: typed };
    await this.#create({ connectionId, parent: workspacesFolder, content, title });
  }

  /** Creates a Datasource in the row's Workspace, in the user's own folder, or in a place that the user chooses. */
  async newDatasource(call: RowCall): Promise<void> {
    const { services } = this.#parts;
    const title = vscode.l10n.t('New Datasource');
    const connectionId = await this.#connection(call, title);
    if (connectionId === undefined) return;
    const types = await this.#types(connectionId, () => this.newDatasource(call));
    const [first] = types;
    if (!first) return;
    const snapshot = services.store.get(connectionId);
    if (!snapshot) return;
    const places = addablePlaces(snapshot);
    const row = call.row?.kind === 'group' ? call.row.groupKey : undefined;
    const given = places.find(({ value }) => value === row);
    const answers: Answers = {
      ...{ type: '', title: '', syncType: 'auto', address: '' },
      parent: given?.value ?? '',
    };
    if (!(await this.#ask(title, answers, types, places, given !== undefined))) return;
    const place = places.find(({ value }) => value === answers.parent);
    const target = { connectionId, path: answers.parent, name: place?.label ?? '' };
    if (!(await isPermitted(services, target, 'guillotina.AddContent', title))) return;
    await this.#create({ connectionId, parent: answers.parent, content: contentOf(answers), title });
  }

  /** @returns False if the user closed a step */
  #ask(
    title: string,
    answers: Answers,
    types: readonly DatasourceType[],
    places: readonly Choice<NodePath>[],
    isPlaceGiven: boolean,
  ): Promise<boolean> {
    // The number of steps depends on the type. A folder needs fewer steps: it has only one sync type and no
    // address.
    const steps = (): number => (isPlaceGiven ? 2 : 3) + (hasSource(answers.type) ? 2 : 0);
    const isFolder = (): boolean => isFolderType(answers.type);
    const numbered = (step: number): { title: string; step: number; steps: number } => ({
      title,
      step,
      steps: steps(),
    });
    // If a step is skipped, continue in the direction of the previous step.
    let direction: StepResult = 'next';
    const walked =
      (ask: () => Promise<StepResult>, isSkipped: () => boolean = () => false) =>
      async (): Promise<StepResult> => {
        if (!isSkipped()) direction = await ask();
        return direction;
      };
    return runSteps([
      walked(() =>
        askChoice<string>({
          ...numbered(1),
          placeholder: vscode.l10n.t('Choose the source'),
          items: types.map(typeChoice),
          active: answers.type,
          choose: (type) => {
            answers.type = type;
            if (isFolderType(type)) answers.syncType = 'one';
          },
        }),
      ),
      walked(() =>
        askText({
          ...numbered(2),
          prompt: vscode.l10n.t('The title of the new Datasource'),
          value: answers.title,
          keep: (value) => (answers.title = value),
          accept: (value) => required(value, (text) => (answers.title = text)),
        }),
      ),
      walked(
        () =>
          askChoice<SyncType>({
            ...numbered(3),
            placeholder: vscode.l10n.t('Choose how the Datasource is kept up to date'),
            items: syncTypes.map((type) => ({ label: syncTypeLabel(type, type), value: type })),
            active: answers.syncType,
            choose: (type) => (answers.syncType = type),
          }),
        isFolder,
      ),
      walked(
        () =>
          askChoice<NodePath>({
            ...numbered(isFolder() ? 3 : 4),
            placeholder: vscode.l10n.t(
              'Choose the place. Everyone with access to it gets access to the Datasource.',
            ),
            items: places,
            active: answers.parent,
            choose: (path) => (answers.parent = path),
          }),
        () => isPlaceGiven,
      ),
      walked(
        () =>
          askAddress(answers.type, {
            ...numbered(steps()),
            value: answers.address,
            isRequired: false,
            take: (address) => (answers.address = address),
          }),
        isFolder,
      ),
    ]);
  }

  async #create(work: {
    readonly connectionId: string;
    readonly parent: NodePath;
    readonly content: NewContent;
    /** The command's title. */
    readonly title: string;
  }): Promise<void> {
    const { connectionId, parent, content, title } = work;
    const name = nodeName({ title: content.title, path: '' });
    let result: CreationResult;
    try {
      result = await inView(
        () => this.#edits.create(connectionId, parent, content),
        vscode.l10n.t('Creating “{0}”', name),
      );
    } catch (error) {
      const failed = vscode.l10n.t('“{0}” could not be created.', name);
      this.#parts.notifier.actionFailed({ failed, name, action: title }, error, () => this.#create(work));
      return;
    }
    const isUnfinished = content['sync_status'] === 'created';
    showEdit(
      name,
      result,
      isUnfinished
        ? vscode.l10n.t('“{0}” was created. Configure it to start its first sync.', name)
        : vscode.l10n.t('“{0}” was created', name),
    );
    await this.#reveal(connectionId, content, result);
  }

  async #reveal(connectionId: string, content: NewContent, { id, path }: CreationResult): Promise<void> {
    const { tree, services } = this.#parts;
    if (id === undefined || path === undefined) return;
    if (content['@type'] === 'Workspace') await tree.revealWorkspace(connectionId, path);
    else if (services.store.find(connectionId, id)) await tree.revealDatasource(connectionId, id);
  }

  /** The types of Datasources that the account may create. If they can't be read, shows a message. */
  async #types(connectionId: string, retry: () => Promise<void>): Promise<readonly DatasourceType[]> {
    try {
      const types = await inView(() => this.#parts.services.types.types(connectionId));
      if (types.length === 0) inform(vscode.l10n.t('No type of Datasource can be created in this account.'));
      // List folders first, because they need only files.
      return [...types].sort(
        (left, right) =>
          Number(isFolderType(right.name)) - Number(isFolderType(left.name)) ||
          typeLabel(left.name).localeCompare(typeLabel(right.name)),
      );
    } catch (error) {
      this.#parts.notifier.report(vscode.l10n.t('The types of Datasources could not be read.'), error, retry);
      return [];
    }
  }

  /** The account of the row, the only account, or one that the user picks. */
  async #connection(call: RowCall, title: string): Promise<string | undefined> {
    const { services } = this.#parts;
    await services.ready();
    if (call.row) return call.row.connectionId;
    const connections = services.store.connections().map(({ connection }) => connection);
    if (connections.length === 0) inform(vscode.l10n.t('You are not signed in to Onna.'));
    if (connections.length <= 1) return connections[0]?.id;
    const items = connections.map((connection) => ({
      label: plainText(accountLabel(connection, connections)),
      description: plainText(connection.baseUrl),
      id: connection.id,
    }));
    const placeHolder = vscode.l10n.t('Choose an account');
    return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.id;
  }
}

function typeChoice({ name }: DatasourceType): Choice<string> {
  const isFolder = isFolderType(name);
  return {
    label: isFolder ? vscode.l10n.t('Folder') : plainText(typeLabel(name)) || '\ufffd',
    // Two types can have the same label: Slack, and Slack for enterprises.
    description: isFolder ? vscode.l10n.t('for files that you upload') : plainText(name),
    value: name,
    iconPath: new vscode.ThemeIcon(isFolder ? 'folder' : 'plug'),
  };
}

/**
 * The body of the request. If a Datasource has everything that it needs, its first sync starts at once.
 * Otherwise its status is `created` until a user configures it (docs/onna-api.md §4 and §11).
 */
function contentOf({ type, title, syncType, address }: Answers): NewContent {
  const isReady = !hasSource(type) || address !== '';
  return {
    '@type': type,
    title,
    type_sync: syncType,
    sync_status: isReady ? 'pending' : 'created',
    ...sourceFields(type, address),
  };
}
