import type { QueryDiagnostic } from '../../shared/queryDiagnostics.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import type { Completion } from '../../shared/searchCompletion.ts';
import { element, icon, iconButton } from '../page/element.ts';
import { CompletionList, type Offer } from './completionList.ts';

/** Events of the search box. */
interface QueryBoxEvents {
  search(query: string): void;
  cancel(): void;
  /** The text has changed. */
  edit(query: string): void;
  /** Completions are needed at the cursor. They arrive with {@link QueryBox.offer}. */
  complete(query: string, cursor: number, isExplicit: boolean): void;
  /** The completions are not needed any more. */
  stopCompleting(): void;
  /** Arrow down was pressed. The focus moves to the list below. */
  leaveDown(): void;
}

const problemsId = 'query-problems';

/** The search box, with diagnostics for the query and help. */
export class QueryBox {
  readonly root: HTMLElement;
  readonly #strings: SearchStrings;
  readonly #input: HTMLInputElement;
  readonly #completions: CompletionList;
  readonly #events: QueryBoxEvents;
  readonly #frame: HTMLElement;
  readonly #run: HTMLButtonElement;
  readonly #problems: HTMLElement;
  readonly #help: HTMLElement;
  readonly #helpButton: HTMLButtonElement;
  #isRunning = false;
  /** Whether completions may still arrive that belong to the current text. */
  #awaitsCompletions = false;

  constructor(strings: SearchStrings, events: QueryBoxEvents) {
    this.#strings = strings;
    this.#input = element('input', {
      attributes: {
        type: 'text',
        spellcheck: 'false',
        autocomplete: 'off',
        'aria-label': strings.boxLabel,
        'aria-describedby': problemsId,
        placeholder: strings.boxPlaceholder,
      },
    });
    this.#run = iconButton('search', strings.searchButton, () => {
      if (this.#isRunning) events.cancel();
      else events.search(this.query);
    });
    this.#helpButton = iconButton('question', strings.helpButton, () => this.#toggleHelp());
    this.#helpButton.setAttribute('aria-expanded', 'false');
    this.#helpButton.setAttribute('aria-controls', 'query-help');
    this.#completions = new CompletionList(strings, this.#input, (item, offer) => this.#insert(item, offer));
    this.#frame = element('div', {
      class: 'query-frame',
      children: [this.#input, this.#helpButton, this.#run, this.#completions.root, this.#completions.status],
    });
    this.#problems = element('ul', {
      class: 'query-problems',
      attributes: { id: problemsId, 'aria-live': 'polite' },
    });
    this.#help = this.#makeHelp();
    this.root = element('div', {
      class: 'query-box',
      attributes: { role: 'search' },
      children: [this.#frame, this.#problems, this.#help],
    });
    this.#events = events;
    this.#input.addEventListener('input', (event) => {
      events.edit(this.query);
      // During composition, the text is not final. An input method shows its own list.
      if (event instanceof InputEvent && event.isComposing) this.#dismiss();
      else this.#complete(false);
    });
    this.#input.addEventListener('blur', () => this.#dismiss());
    // The completions belong to the old position of the cursor.
    this.#input.addEventListener('click', () => this.#dismiss());
    this.#input.addEventListener('keydown', (event) => this.#key(event, events));
  }

  get query(): string {
    return this.#input.value;
  }

  set query(query: string) {
    this.#dismiss();
    this.#input.value = query;
  }

  /** Shows completions, unless the user has closed the list or accepted a completion meanwhile. */
  offer(offer: Offer): void {
    if (this.#awaitsCompletions) this.#completions.show(offer);
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** While a search is running, the search button cancels it. */
  set isRunning(isRunning: boolean) {
    if (isRunning === this.#isRunning) return;
    this.#isRunning = isRunning;
    const label = isRunning ? this.#strings.cancelButton : this.#strings.searchButton;
    this.#run.replaceChildren(icon(isRunning ? 'debug-stop' : 'search'));
    this.#run.title = label;
    this.#run.setAttribute('aria-label', label);
  }

  /** Shows up to three diagnostics of the query in the box, errors before warnings. */
  set diagnostics(diagnostics: readonly QueryDiagnostic[]) {
    const worst = diagnostics.some(({ severity }) => severity === 'error')
      ? 'error'
      : diagnostics.length > 0
        ? 'warning'
        : 'none';
    this.#frame.dataset['problem'] = worst;
    this.#input.setAttribute('aria-invalid', String(worst === 'error'));
    const weight = ({ severity }: QueryDiagnostic): number => (severity === 'error' ? 0 : 1);
    const gravest = diagnostics.toSorted((a, b) => weight(a) - weight(b)).slice(0, 3);
    const remarks = gravest.map((diagnostic) => this.#remark(diagnostic));
    this.#problems.replaceChildren(...remarks);
  }

  #remark({ problem, severity, subject, start, end }: QueryDiagnostic): HTMLElement {
    const words = fillIn(this.#strings.problems[problem], subject);
    const select = element('button', {
      class: 'query-problem',
      attributes: { type: 'button' },
      children: [icon(severity), words],
      onClick: () => {
        this.#input.focus();
        this.#input.setSelectionRange(start, end);
      },
    });
    return element('li', { class: severity, children: [select] });
  }

  #key(event: KeyboardEvent, events: QueryBoxEvents): void {
    // During composition, keys belong to the input method.
    if (event.isComposing) return;
    const isModified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (!isModified && this.#completions.press(event.key)) {
      if (event.key === 'Escape') this.#dismiss();
      event.preventDefault();
      return;
    }
    if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) this.#dismiss();
    // The two usual keys: of editors, and of comboboxes.
    if ((event.key === ' ' && event.ctrlKey) || (event.key === 'ArrowDown' && event.altKey))
      this.#complete(true);
    else if (event.key === 'Enter') {
      this.#dismiss();
      events.search(this.query);
    } else if (event.key === 'ArrowDown') events.leaveDown();
    else if (event.key === 'Escape' && !this.#help.hidden) this.#toggleHelp();
    else if (event.key === 'Escape' && this.#isRunning) events.cancel();
    else return;
    event.preventDefault();
  }

  #complete(isExplicit: boolean): void {
    const cursor = this.#input.selectionStart ?? this.query.length;
    if (cursor !== this.#input.selectionEnd) {
      this.#dismiss();
      return;
    }
    this.#awaitsCompletions = true;
    this.#events.complete(this.query, cursor, isExplicit);
  }

  /** Closes the list. Completions that arrive later are ignored, because they would open it again. */
  #dismiss(): void {
    this.#completions.close();
    if (this.#awaitsCompletions) this.#events.stopCompleting();
    this.#awaitsCompletions = false;
  }

  #insert({ kind, text }: Completion, { start, end }: Offer): void {
    this.#dismiss();
    this.#input.setRangeText(text, start, end, 'end');
    this.#events.edit(this.query);
    // After the name of a field, its values are offered.
    if (kind === 'field') this.#complete(false);
  }

  #toggleHelp(): void {
    this.#help.hidden = !this.#help.hidden;
    this.#helpButton.setAttribute('aria-expanded', String(!this.#help.hidden));
  }

  #makeHelp(): HTMLElement {
    const rows = this.#strings.examples.flatMap(({ query, meaning }) => [
      element('dt', { children: [element('code', { text: query })] }),
      element('dd', { text: meaning }),
    ]);
    const help = element('dl', { class: 'query-help', attributes: { id: 'query-help' }, children: rows });
    help.hidden = true;
    return help;
  }
}
