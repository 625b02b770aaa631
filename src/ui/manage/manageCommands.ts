import type { BulkRunner } from '../commands/bulk.ts';
import type { DatasourcePicker } from '../commands/targets.ts';
import type { Services } from '../services.ts';
import type { Notifier } from '../text/notifier.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import { CreateCommands } from './createCommands.ts';
import { DeleteCommand } from './deleteCommand.ts';
import { EditCommands } from './editCommands.ts';
import { FavoriteCommands } from './favoriteCommands.ts';
import { manageContext } from './manageParts.ts';
import { Places } from './places.ts';
import { ShareCommand } from './shareCommand.ts';

/** Dependencies of {@link ManageCommands}. */
interface ManageCommandsParts {
  readonly services: Services;
  readonly picker: DatasourcePicker;
  readonly notifier: Notifier;
  readonly bulk: BulkRunner;
  readonly tree: TreeViewController;
  readonly selection: () => readonly TreeNode[];
}

/**
 * The commands that create, change, share and delete Workspaces and Datasources. They are loaded when the
 * first of them runs.
 */
export class ManageCommands {
  readonly create: CreateCommands;
  readonly edit: EditCommands;
  readonly favorites: FavoriteCommands;
  readonly deletion: DeleteCommand;
  readonly share: ShareCommand;

  constructor({ selection, ...others }: ManageCommandsParts) {
    const { services } = others;
    const places = new Places(services.store, () => services.ready(), selection);
    const parts = { ...others, places, context: manageContext(services) };
    this.create = new CreateCommands(parts);
    this.edit = new EditCommands(parts);
    this.favorites = new FavoriteCommands(parts);
    this.deletion = new DeleteCommand(parts);
    this.share = new ShareCommand(parts);
  }
}
