import type { DialogDriver, TypingBox } from '../doubles/dialogs.ts';
import type { SeededChance } from './seededChance.ts';
import type { Desktop } from '../doubles/desktop.ts';
import type { Screen, ShownRow } from './screen.ts';
import type { Service } from './service.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

const filters = ['0001', 'tides', 'error', 'new 1', 'slack paused', 'nothing at all like this'];

interface NodeLike {
  readonly kind: string;
  readonly connectionId: string;
}

/** Returns the tree node of a row, which VS Code passes to commands. */
export function nodeOf(row: ShownRow): NodeLike {
  return row.element as NodeLike;
}

/** A simulated user who clicks, types, and switches between VS Code and other windows. */
export class SimulatedUser implements DialogDriver {
  /** Number of actions so far, by name of the action. */
  readonly actions = new Map<string, number>();
  /** Errors that commands threw. A command should show an error and not throw it. */
  readonly thrown: string[] = [];
  /** Names of commands that are still running. */
  readonly pending = new Set<string>();
  readonly #desktop: Desktop;
  readonly #screen: Screen;
  readonly #service: Service;
  readonly #baseUrl: string;
  readonly #chance: SeededChance;
  readonly #cancels = new Set<() => void>();
  #filterBox: TypingBox | undefined;

  constructor(parts: {
    desktop: Desktop;
    screen: Screen;
    service: Service;
    /** The address that the user enters at sign-in: the proxy with the faulty network. */
    baseUrl: string;
    chance: SeededChance;
  }) {
    this.#desktop = parts.desktop;
    this.#screen = parts.screen;
    this.#service = parts.service;
    this.#baseUrl = parts.baseUrl;
    this.#chance = parts.chance;
    this.#desktop.attendant = this;
  }

  pick(items: readonly unknown[]): unknown {
    const real = items.filter((item) => !(typeof item === 'object' && item && 'kind' in item));
    return this.#chance.happens(0.85) ? this.#chance.some(real) : undefined;
  }

  choose(choices: readonly string[]): string | undefined {
    if (choices.includes('Sign Out')) return 'Sign Out';
    // The user never opens the log, because opening the log has no effect on the test.
    return choices.includes('Try Again') && this.#chance.happens(0.2) ? 'Try Again' : undefined;
  }

  secret(): string | undefined {
    return this.#chance.happens(0.9) ? 'a secret' : undefined;
  }

  running(cancel: () => void): () => void {
    this.#cancels.add(cancel);
    return () => this.#cancels.delete(cancel);
  }

  attend(box: TypingBox & { readonly step?: number }): void {
    // The extension finishes the setup of the box after it shows the box.
    queueMicrotask(() => {
      (box.step ? this.#fillIn(box) : this.#filter(box)).catch(throwUncaught);
    });
  }

  /** Performs a random action. */
  act(): void {
    const dice = this.#chance.next();
    if (!this.isSignedIn) this.signIn();
    else if (dice < 0.14) this.#scroll();
    else if (dice < 0.28) this.#toggle();
    else if (dice < 0.4) this.#followRow();
    else if (dice < 0.62) this.#actOnDatasource();
    else if (dice < 0.66) this.#run('onna.filter');
    else if (dice < 0.7) this.#run('onna.clearFilter');
    else if (dice < 0.73) this.#run('onna.groupBy');
    else if (dice < 0.75) this.#cancel();
    else if (dice < 0.9) this.#attention();
    else if (dice < 0.905) this.#run('onna.refresh');
    else if (dice < 0.94) this.#onResource();
    else if (dice < 0.96) this.#run('onna.testConnection');
    else if (dice < 0.98) this.#run('onna.showAttention');
    else if (dice < 0.986) this.#run('onna.signOut');
    else if (dice < 0.99) this.#desktop.configure('http', {});
  }

  get isSignedIn(): boolean {
    return this.#screen.root.length > 0;
  }

  signIn(): void {
    this.#run('onna.signIn', ...this.#screen.root.slice(0, 1).map(nodeOf));
  }

  /** Cancels running actions, clears the filter and makes the tree visible. */
  async tidy(): Promise<void> {
    this.#filterBox?.hide();
    for (const cancel of this.#cancels) cancel();
    await this.#desktop.commands.get('onna.clearFilter')?.();
    this.#desktop.setVisible(true);
  }

  #run(id: string, ...args: readonly unknown[]): void {
    const handler = this.#desktop.commands.get(id);
    if (!handler) return;
    this.#note(id);
    const name = `${id} ${this.actions.get(id)}`;
    this.pending.add(name);
    Promise.resolve(handler(...args))
      .catch((error: unknown) =>
        this.thrown.push(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
      )
      .finally(() => this.pending.delete(name));
  }

  #note(action: string): void {
    this.actions.set(action, (this.actions.get(action) ?? 0) + 1);
  }

  #scroll(): void {
    this.#note('scroll');
    this.#screen.scrollTo(this.#chance.between(0, this.#screen.rows().length));
  }

  #toggle(): void {
    const row = this.#chance.some(this.#screen.visible().filter(({ item }) => item.collapsibleState > 0));
    // A collapsed account row hides all other rows, so collapse it rarely.
    if (!row || (row.depth === 0 && this.#chance.happens(0.9))) return;
    this.#note(
      nodeOf(row).kind === 'datasource' ? 'expand or collapse a Datasource' : 'expand or collapse a group',
    );
    this.#screen.toggle(row);
  }

  /** Selects a row that runs a command, such as Load More or Show All. */
  #followRow(): void {
    const row = this.#chance.some(
      this.#screen
        .rows()
        .filter(({ item, element }) => item.command && (element as NodeLike).kind !== 'resource'),
    );
    const command = row?.item.command;
    if (command) this.#run(command.command, ...(command.arguments ?? []));
    else this.#openCollected();
  }

  /** Expands a random Datasource with Resources. Few Datasources have Resources. */
  #openCollected(): void {
    const rows = this.#screen.rows();
    const index = this.#chance.some(
      rows.flatMap(({ item }, at) =>
        /^(Collected \d|Berth)/.test(item.label) && item.id?.includes('/uid') !== true ? [at] : [],
      ),
    );
    const row = index === undefined ? undefined : rows[index];
    if (index === undefined || !row || nodeOf(row).kind !== 'datasource') return;
    this.#screen.scrollTo(index);
    if (!this.#screen.isExpanded(row)) this.#screen.toggle(row);
    this.#note('expand a Datasource with Resources');
    if (this.#chance.happens(0.3)) this.#run('onna.loadAll', nodeOf(row));
  }

  #actOnDatasource(): void {
    const rows = this.#screen.visible().filter((row) => nodeOf(row).kind === 'datasource');
    const row = this.#chance.some(rows);
    if (!row) return;
    const may = (row.item.contextValue ?? '').split(' ').slice(1);
    const commands = [
      ...(may.includes('sync') ? ['onna.syncNow', 'onna.syncNow'] : []),
      ...(may.includes('pause') ? ['onna.pause'] : []),
      ...(may.includes('resume') ? ['onna.resume', 'onna.resume'] : []),
      ...(may.includes('reprocess') ? ['onna.reprocess'] : []),
      ...(may.includes('credentials') ? ['onna.renewCredentials'] : []),
      // A full listing is the most expensive request, so request it rarely.
      ...(this.#chance.happens(0.2) ? ['onna.refresh'] : []),
      ...['onna.showProperties', 'onna.copyCurl'],
    ];
    const several = this.#chance.happens(0.15) ? rows.slice(0, 4).map(nodeOf) : undefined;
    this.#run(this.#chance.of(commands), nodeOf(row), several);
  }

  #onResource(): void {
    const rows = this.#screen.rows().filter((row) => nodeOf(row).kind === 'resource');
    const row = this.#chance.some(rows);
    if (!row) this.#openCollected();
    else
      this.#run(this.#chance.of(['onna.openResource', 'onna.process', 'onna.showProperties']), nodeOf(row));
  }

  #attention(): void {
    this.#note('change visibility or focus');
    if (this.#chance.happens(0.3)) this.#desktop.setVisible(!this.#desktop.view.visible);
    else this.#desktop.setFocus(this.#chance.happens(0.35));
  }

  #cancel(): void {
    this.#note('cancel');
    this.#chance.some([...this.#cancels])?.();
  }

  async #fillIn(box: TypingBox): Promise<void> {
    const { container, account } = this.#service.sandbox;
    for (let tries = 0; box.isOpen && tries < 3; tries++) {
      if (box.password) await box.accept(this.#service.password);
      else await box.accept([this.#baseUrl, container, account, this.#service.user][stepOf(box) - 1] ?? '');
    }
    box.hide();
  }

  async #filter(box: TypingBox): Promise<void> {
    this.#filterBox = box;
    const words = this.#chance.of(filters);
    for (let end = 1; end <= words.length && box.isOpen; end += 2) box.type(words.slice(0, end));
    if (this.#chance.happens(0.7)) await box.accept(words);
    else box.hide();
  }
}

function stepOf(box: TypingBox & { readonly step?: number }): number {
  return box.step === 5 ? 4 : (box.step ?? 0);
}
