/**
 * Runs the script and applies the style sheets that the document preloads, as soon as the document has loaded. VS Code
 * shows a document at its `load` event, which waits for all other scripts and style sheets, but not for preloading.
 */
export function loadPreloaded(): void {
  const load = (): void => {
    for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="preload"]')) {
      if (link.as === 'style') {
        link.rel = 'stylesheet';
        continue;
      }
      const script = document.createElement('script');
      script.src = link.href;
      script.nonce = link.nonce;
      document.body.append(script);
    }
  };
  window.addEventListener('load', load, { once: true });
}
