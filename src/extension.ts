import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand('onna.hello', () => vscode.window.showInformationMessage('Hello from Onna')));
}
