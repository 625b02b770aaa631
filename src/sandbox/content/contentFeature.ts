import type { Feature } from '../http/feature.ts';
import type { Stores } from '../store/stores.ts';
import type { SwitchBoard } from '../switches/switchBoard.ts';
import type { SyncFeature } from '../sync/syncFeature.ts';
import { createView } from './createView.ts';
import { deleteView } from './deleteView.ts';
import { downloadView } from './downloadView.ts';
import { duplicateView } from './duplicateView.ts';
import { favoriteView } from './favoriteView.ts';
import { moveView } from './moveView.ts';
import { objectView, workspacesView } from './objectViews.ts';
import { patchView } from './patchView.ts';
import { canidoView, resolveUidView } from './permissionViews.ts';
import type { Serializer } from './serializer.ts';
import { sharingViews } from './sharingView.ts';
import { Tree } from './tree.ts';
import { typeViews } from './typeViews.ts';
import { usersInfoView } from './usersInfoView.ts';

/** The services that read, create, change, move, share, download and delete objects (docs/onna-api.md §4). */
export interface ContentFeature extends Feature {
  readonly tree: Tree;
}

export function contentFeature(
  stores: Stores,
  options: {
    readonly serializer: Serializer;
    readonly switches: SwitchBoard;
    readonly sync: SyncFeature;
    /** Login of the user that the sandbox was started with. */
    readonly owner: string;
    /** Called after a Resource has been queued for the pipeline. */
    readonly onQueued: () => void;
  },
): ContentFeature {
  const { serializer, switches, sync, owner, onQueued } = options;
  const { nodes, grants, contents, index, trail, timestamps, uploadFolders } = stores;
  const { engine, invitations, remover, credentials } = sync;
  const tree = new Tree({ ...stores, credentials, switches });
  return {
    views: [
      objectView(serializer),
      workspacesView(nodes, grants, serializer),
      patchView({ ...stores, engine, invitations, owner }),
      createView({ tree, engine, serializer, timestamps, uploadFolders, owner }),
      deleteView({ ...stores, remover, engine }),
      ...sharingViews({ ...stores, serializer, invitations }),
      canidoView(grants),
      resolveUidView({ ...stores, serializer }),
      usersInfoView(stores),
      moveView({ ...stores, serializer }),
      duplicateView({ ...stores, serializer, owner, onQueued }),
      ...typeViews(serializer),
      downloadView(contents, index, trail),
      favoriteView(stores),
    ],
    tree,
  };
}
