import type * as vscode from 'vscode';
import type { TreeNode } from '../ui/tree/nodes.ts';
import type { Runtime } from '../ui/runtime.ts';
import { forwarded } from './forwarded.ts';

type DropTarget = Required<vscode.TreeDragAndDropController<TreeNode>>;

/** Accepts files that are dropped on the tree from the desktop or from VS Code's Explorer. */
export function dropTarget(load: () => Promise<Runtime>): vscode.TreeDragAndDropController<TreeNode> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: ['text/uri-list', 'files'],
    // The runtime may load during a drop: VS Code keeps the content of dropped files until the promise that
    // `handleDrop` returns is resolved.
    ...forwarded<DropTarget, 'handleDrop'>(load, 'handleDrop'),
  };
}
