/** The tools of the assistant. package.json declares the same names. */
export const toolNames = [
  'onna_list_datasources',
  'onna_get_datasource',
  'onna_search',
  'onna_read_resource',
  'onna_get_log',
  'onna_show',
  'onna_sync',
  'onna_reprocess',
] as const;

export type ToolName = (typeof toolNames)[number];

/** The tools that change something in the service. */
export const actionTools = ['onna_sync', 'onna_reprocess'] as const satisfies readonly ToolName[];

export type ActionTool = (typeof actionTools)[number];

export function isActionTool(name: ToolName): name is ActionTool {
  return actionTools.some((action) => action === name);
}
