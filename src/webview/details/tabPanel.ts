import type { DetailsLoad, DetailsTab } from '../../shared/detailsProtocol.ts';
import { element } from '../page/element.ts';
import { Notice, type NoticeParts } from '../page/notice.ts';
import type { DetailsContext } from './context.ts';

/** The element id of a tab. */
export function tabId(tab: DetailsTab): string {
  return `tab-${tab}`;
}

/** The element id of the panel of a tab. */
export function panelId(tab: DetailsTab): string {
  return `panel-${tab}`;
}

/** The frame of a tab's content: a toolbar, notices, and an area that scrolls. */
export class TabPanel {
  readonly root: HTMLElement;
  readonly toolbar = element('div', { class: 'toolbar' });
  /** Scrolls in both directions, so that the page itself never has to scroll sideways. */
  readonly scroller: HTMLElement;
  readonly content = element('div', { class: 'content' });
  readonly #tab: DetailsTab;
  readonly #context: DetailsContext;
  readonly #notice = new Notice('page');
  readonly #banner = new Notice('banner');
  readonly #progress = element('div', { class: 'progress', attributes: { 'aria-hidden': 'true' } });
  /** Scroll position to restore once enough rows are loaded. Cleared when the user scrolls. */
  #wantedTop: number | undefined;

  constructor(tab: DetailsTab, context: DetailsContext) {
    this.#tab = tab;
    this.#context = context;
    this.scroller = element('div', {
      class: 'scroller',
      attributes: { tabindex: '0', role: 'region', 'aria-label': context.strings.tabs[tab] },
      children: [this.content],
    });
    this.root = element('div', {
      class: `panel ${tab}`,
      attributes: { id: panelId(tab), role: 'tabpanel', 'aria-labelledby': tabId(tab) },
      children: [this.#progress, this.toolbar, this.#banner.root, this.#notice.root, this.scroller],
    });
    for (const gesture of ['wheel', 'pointerdown', 'keydown'] as const) {
      this.scroller.addEventListener(gesture, () => (this.#wantedTop = undefined), { passive: true });
    }
    this.scroller.addEventListener('scroll', () => context.keepSoon(), { passive: true });
  }

  get scrollTop(): number {
    return this.#wantedTop ?? this.scroller.scrollTop;
  }

  set scrollTop(top: number) {
    this.#wantedTop = top;
    this.restoreScroll();
  }

  /** Whether the panel is visible and must still scroll to a position below the loaded rows. */
  get isRestoring(): boolean {
    return this.#wantedTop !== undefined && !this.root.hidden;
  }

  /** Keeps the current position. Call if no more rows will be loaded, or if the user wants to see other rows. */
  stopRestoring(): void {
    this.#wantedTop = undefined;
  }

  /** Scrolls to the wanted position once enough rows are drawn. Call after drawing new rows. */
  restoreScroll(): void {
    const top = this.#wantedTop;
    if (top === undefined) return;
    this.scroller.scrollTop = top;
    if (this.scroller.scrollTop >= top - 1) this.#wantedTop = undefined;
  }

  /** @param empty The notice to show if there are no rows. Undefined if there are rows. */
  showLoad({ phase, notice }: DetailsLoad, empty: NoticeParts | undefined): void {
    const isLoading = phase === 'idle' || phase === 'loading';
    this.#progress.classList.toggle('active', isLoading);
    this.scroller.setAttribute('aria-busy', String(isLoading));
    this.scroller.hidden = empty !== undefined;
    const { strings, isGone } = this.#context;
    this.toolbar.hidden = isGone;
    const refresh = {
      label: strings.refresh,
      run: () => this.#context.send({ type: 'refresh', tab: this.#tab }),
    };
    const showLog = { label: strings.showLog, run: () => this.#context.send({ type: 'showLog' }) };
    const failure = { icon: 'error', sentence: notice ?? '', actions: isGone ? [] : [refresh, showLog] };
    if (empty === undefined) {
      this.#notice.say(undefined);
      if (phase === 'failed') this.#banner.say(failure);
      else this.#banner.say(notice === undefined ? undefined : { icon: 'info', sentence: notice });
      return;
    }
    this.#banner.say(undefined);
    if (isLoading) {
      const cancel = { label: strings.cancel, run: () => this.#context.send({ type: 'cancel' }) };
      this.#notice.say({ icon: 'watch', sentence: strings.loading, actions: isGone ? [] : [cancel] });
    } else if (phase === 'failed') this.#notice.say(failure);
    else {
      const hint = notice === undefined ? {} : { hint: notice };
      this.#notice.say({ ...empty, ...hint, actions: isGone ? [] : [...(empty.actions ?? []), refresh] });
    }
  }
}
