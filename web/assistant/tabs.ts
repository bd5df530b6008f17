/** The tab list of the side panels, by mouse and by arrow keys. */

/** Wires all tabs of the page. */
export function setUpTabs(): void {
  const tabs = [...document.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  const select = (tab: HTMLButtonElement, focus: boolean): void => {
    for (const one of tabs) {
      const chosen = one === tab;
      one.setAttribute('aria-selected', String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(one.getAttribute('aria-controls') ?? '');
      if (panel !== null) panel.hidden = !chosen;
    }
    if (focus) tab.focus();
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => select(tab, false));
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const target = key === 'Home' ? tabs[0] : key === 'End' ? tabs.at(-1) : step === 0 ? undefined : tabs[(index + step + tabs.length) % tabs.length];
      if (target !== undefined) select(target, true);
    });
  });
}
