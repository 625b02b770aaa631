import { accountViews } from './account/accountViews.ts';
import { AuthServer } from './auth/authServer.ts';
import { AuthCodes } from './auth/codes.ts';
import { Grants } from './store/grants.ts';
import { Tokens } from './auth/tokens.ts';
import { UserStore } from './store/users.ts';
import type { Clock } from './base/clock.ts';
import { createView } from './content/createView.ts';
import { deleteView } from './content/deleteView.ts';
import { downloadView } from './content/downloadView.ts';
import { moveView } from './content/moveView.ts';
import { objectView, workspacesView } from './content/objectViews.ts';
import { Remover } from './sync/remover.ts';
import { patchView } from './content/patchView.ts';
import { canidoView, resolveUidView } from './content/permissionViews.ts';
import { Serializer } from './content/serializer.ts';
import { sharingViews } from './content/sharingView.ts';
import { Tree } from './content/tree.ts';
import { Api } from './server/api.ts';
import { Traversal } from './server/traversal.ts';
import type { ServiceView } from './http/view.ts';
import { childrenViews } from './listing/childrenViews.ts';
import { dataView } from './listing/dataView.ts';
import { Scrolls } from './listing/scrolls.ts';
import { sizeView } from './listing/sizeView.ts';
import { processingViews, unprocessedCsvView } from './processing/actionViews.ts';
import { accountLogViews } from './logs/accountLogViews.ts';
import { datasourceLogViews } from './logs/datasourceLogViews.ts';
import { AuditTrail } from './store/auditTrail.ts';
import { ProcessingPipeline } from './processing/pipeline.ts';
import { SearchIndex } from './store/searchIndex.ts';
import { searchViews } from './search/searchViews.ts';
import { ContentStore } from './store/contents.ts';
import { Database } from './store/database.ts';
import { DatasourceStore } from './store/datasources.ts';
import { NodeStore } from './store/nodes.ts';
import { RemovedResources } from './store/removedResources.ts';
import { ResourceStore } from './store/resources.ts';
import { Settings } from './store/settings.ts';
import { Timestamps } from './store/timestamps.ts';
import { SwitchBoard } from './switches/switchBoard.ts';
import { refreshCredentialsView, sendToSpyderView, updateCredentialsView } from './sync/actionViews.ts';
import { Collector } from './sync/collector.ts';
import { Credentials } from './sync/credentials.ts';
import { SyncEngine } from './sync/engine.ts';
import { Invitations } from './sync/invitations.ts';
import { SyncTimes } from './sync/syncTimes.ts';
import { UploadReceiver } from './upload/receiver.ts';
import { UploadStore } from './upload/uploadStore.ts';
import { uploadViews } from './upload/uploadViews.ts';

/** What all parts are made from. */
export interface PartsOptions {
  /** Where this sandbox writes. No Datasource collects that. */
  readonly dataFolder: string;
  readonly file: string;
  /** Where the bytes of uploads under way are. */
  readonly uploadFolder: string;
  readonly container: string;
  readonly account: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly timeScale: number;
  readonly shortestRunMs: number;
  readonly random: () => number;
  readonly switches: unknown;
  readonly passwordCost: number | undefined;
  readonly log: (line: string) => void;
}

/** Everything that a sandbox consists of, wired together. */
export interface Parts {
  readonly container: string;
  readonly account: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly database: Database;
  readonly timestamps: Timestamps;
  readonly settings: Settings;
  readonly nodes: NodeStore;
  readonly datasources: DatasourceStore;
  readonly resources: ResourceStore;
  readonly contents: ContentStore;
  readonly index: SearchIndex;
  readonly trail: AuditTrail;
  readonly serializer: Serializer;
  readonly scrolls: Scrolls;
  readonly uploads: UploadStore;
  readonly users: UserStore;
  readonly tokens: Tokens;
  readonly grants: Grants;
  readonly tree: Tree;
  readonly switches: SwitchBoard;
  readonly collector: Collector;
  readonly pipeline: ProcessingPipeline;
  readonly remover: Remover;
  readonly engine: SyncEngine;
  readonly credentials: Credentials;
  readonly auth: AuthServer;
  readonly api: Api;
}

function latestChange(database: Database): number {
  const row = database.get(
    `SELECT max(latest) AS latest FROM (
       SELECT max(changed_at) AS latest FROM nodes UNION ALL SELECT max(changed_at) FROM deletions
       UNION ALL SELECT max(queued_at) FROM datasources)`,
  );
  return Number(row?.['latest'] ?? 0);
}

/** A data folder belongs to one account: its `@id`s and grants would mean something else in another. */
function claim(settings: Settings, name: string, value: string): void {
  const stored = settings.getOrMake(name, () => value);
  if (stored !== value) throw new Error(`The data folder is of the ${name} '${stored}', not of '${value}'.`);
}

/** @throws Error when the file is of another version or account, or is no database */
export function buildParts(options: PartsOptions): Parts {
  const { container, account, owner, clock, log } = options;
  const switches = new SwitchBoard(options.switches);
  const database = new Database(options.file);
  try {
    const settings = new Settings(database);
    claim(settings, 'container', container);
    claim(settings, 'account', account);
    const timestamps = new Timestamps(clock, latestChange(database));
    const trail = new AuditTrail(database, clock);
    const nodes = new NodeStore(database, timestamps);
    const datasources = new DatasourceStore(database, nodes, trail);
    const removed = new RemovedResources(database);
    const scrolls = new Scrolls(clock, removed);
    const resources = new ResourceStore(database, removed);
    const contents = new ContentStore(database);
    const index = new SearchIndex(database);
    const grants = new Grants(database);
    const users = new UserStore(database, options.passwordCost);
    const tokens = new Tokens(database, settings, clock, trail);
    const credentials = new Credentials(datasources, timestamps, clock);
    const tree = new Tree({ database, nodes, datasources, grants, index, credentials, switches, trail });
    const serializer = new Serializer({ nodes, datasources, contents, grants, timestamps });
    const pipeline = new ProcessingPipeline({
      ...{ database, nodes, resources, contents, index, serializer, timestamps, trail, clock, log },
    });
    const onCollected = (): void => pipeline.wake();
    const collector = new Collector({
      ...{ database, nodes, datasources, resources, contents, index, timestamps, trail, clock, log },
      dataFolder: options.dataFolder,
      onStored: onCollected,
    });
    const times = new SyncTimes(options.timeScale, options.shortestRunMs, options.random);
    const engine = new SyncEngine({
      database,
      trail,
      credentials,
      datasources,
      nodes,
      collector,
      timestamps,
      clock,
      times,
      onCollected,
      log,
    });
    const invitations = new Invitations(datasources, timestamps, engine);
    const uploads = new UploadStore(options.uploadFolder, settings);
    const remover = new Remover({ database, resources, collector, clock, log });
    const receiver = new UploadReceiver({
      ...{ database, nodes, datasources, resources, contents, settings, timestamps, uploads, trail },
      onReceived: onCollected,
    });
    const auth = new AuthServer({ account, users, codes: new AuthCodes(clock), tokens, switches, trail });
    const views: ServiceView[] = [
      auth.codeView(),
      objectView(serializer),
      workspacesView(nodes, grants, serializer),
      patchView({ database, nodes, datasources, engine, invitations, index, trail }),
      ...uploadViews({ uploads, receiver, serializer }),
      createView({ tree, engine, serializer, timestamps, owner }),
      deleteView({
        remover,
        database,
        nodes,
        datasources,
        collector,
        engine,
        index,
        trail,
      }),
      ...sharingViews({ database, nodes, grants, serializer, datasources, invitations, trail }),
      canidoView(grants),
      resolveUidView({ nodes, resources, grants, serializer }),
      moveView({ database, nodes, grants, index, serializer, trail }),
      downloadView(contents, index, trail),
      dataView({ nodes, grants, serializer }),
      ...childrenViews({
        nodes,
        datasources,
        resources,
        grants,
        serializer,
        scrolls,
      }),
      sizeView(datasources),
      ...searchViews({ database, grants, index, serializer, trail }),
      sendToSpyderView(engine, datasources),
      refreshCredentialsView(engine, tokens),
      updateCredentialsView(engine),
      ...accountViews({ account, nodes, datasources, grants, users }),
      ...processingViews({ database, resources, pipeline, trail }),
      unprocessedCsvView(resources),
      ...accountLogViews(trail, users),
      ...datasourceLogViews(trail),
    ];
    const traversal = new Traversal(nodes, datasources, resources, grants);
    const api = new Api({ container, account, tokens, grants, traversal, views });
    return {
      ...{
        container,
        account,
        owner,
        clock,
        log,
        database,
        timestamps,
        settings,
        nodes,
        datasources,
        resources,
      },
      ...{
        contents,
        index,
        trail,
        serializer,
        scrolls,
        remover,
        credentials,
        uploads,
        users,
        tokens,
        grants,
        tree,
        switches,
        collector,
        pipeline,
        engine,
        auth,
        api,
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
