import type { EditResult } from '../../model/manage/nodeEdits.ts';
import type { PermissionName } from '../../onna/contentClient.ts';
import type { DatasourceTarget, DatasourceTargets } from '../commands/targets.ts';
import { nodeName } from '../text/plainText.ts';
import { inView } from '../text/progress.ts';
import { editProblem, showEdit } from './editOutcome.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';

/** The texts and the request for one kind of change to Datasources. */
export interface DatasourceEdit {
  /** The command's title without the dots: “Move to”. */
  readonly title: string;
  /** Checked before a single Datasource is changed. Undefined if everybody who sees it may change it. */
  readonly permission: PermissionName | undefined;
  /** The title of the progress notification: “Moving”. */
  readonly progress: string;
  failed(name: string): string;
  /** The message after one Datasource was changed. */
  done(name: string): string;
  /** The message after several Datasources were changed. */
  doneMany(count: number): string;
  send(target: DatasourceTarget, signal?: AbortSignal): Promise<EditResult>;
}

type Parts = Pick<ManageParts, 'services' | 'bulk' | 'notifier'>;

/** Sends an edit. For several Datasources, one message shows all outcomes. */
export async function runEdit(
  parts: Parts,
  { targets, skipped }: DatasourceTargets,
  edit: DatasourceEdit,
): Promise<void> {
  const [first] = targets;
  if (!first) return;
  if (targets.length === 1 && skipped === 0) {
    const { connectionId, datasource } = first;
    const place = { connectionId, path: datasource.path, name: nodeName(datasource) };
    const { permission, title } = edit;
    if (permission && !(await isPermitted(parts.services, place, permission, title))) return;
    await inView(() => sendOne(parts, first, edit), edit.progress);
    return;
  }
  await parts.bulk.run({
    title: edit.title,
    progress: edit.progress,
    items: targets,
    skipped,
    moment: 'action',
    name: ({ datasource }) => nodeName(datasource),
    act: async (target, signal) => {
      const problem = editProblem(nodeName(target.datasource), await edit.send(target, signal));
      if (problem !== undefined) throw new Error(problem);
    },
    done: (count) => edit.doneMany(count),
  });
}

async function sendOne(parts: Parts, target: DatasourceTarget, edit: DatasourceEdit): Promise<void> {
  const name = nodeName(target.datasource);
  try {
    showEdit(name, await edit.send(target), edit.done(name));
  } catch (error) {
    const words = { failed: edit.failed(name), name, action: edit.title };
    parts.notifier.actionFailed(words, error, () => sendOne(parts, target, edit));
  }
}
