/**
 * Calls `focusPart` as soon as the workbench has given the keyboard focus to the page. A page that the workbench
 * restores must not take the focus itself, because the user may already be typing elsewhere, e.g. in a quick pick.
 * Does nothing if the user has focused a part of the page meanwhile.
 */
export function whenFocused(focusPart: () => void): void {
  const act = (): void => {
    if (document.activeElement === null || document.activeElement === document.body) focusPart();
  };
  if (document.hasFocus()) act();
  else window.addEventListener('focus', act, { once: true });
}
