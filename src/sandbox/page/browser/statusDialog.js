import { byId, setText } from './elements.js';

/** @typedef {import('../overviewState.ts').DatasourceOverview} DatasourceOverview */

/** The dialog for a new status: one of the nine known statuses or any other text. */
export class StatusDialog {
  #dialog = byId('status-dialog', HTMLDialogElement);
  #title = byId('status-dialog-title', HTMLElement);
  #status = byId('new-status', HTMLInputElement);
  #message = byId('new-message', HTMLInputElement);

  constructor() {
    byId('status-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#dialog.close('set');
    });
    byId('cancel-status', HTMLButtonElement).addEventListener('click', () => this.#dialog.close(''));
  }

  /**
   * @param {DatasourceOverview} datasource
   * @returns {Promise<{ sync_status: string, sync_message?: string } | undefined>} undefined if the user cancels
   */
  ask(datasource) {
    setText(this.#title, datasource.title);
    this.#status.value = datasource.sync_status;
    this.#message.value = datasource.sync_message ?? '';
    this.#dialog.returnValue = '';
    this.#dialog.showModal();
    this.#status.select();
    return new Promise((resolve) => {
      const closed = () => {
        const message = this.#message.value.trim();
        const answer = {
          sync_status: this.#status.value.trim(),
          ...(message === '' ? {} : { sync_message: message }),
        };
        resolve(this.#dialog.returnValue === 'set' ? answer : undefined);
      };
      this.#dialog.addEventListener('close', closed, { once: true });
    });
  }
}
