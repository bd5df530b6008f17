/** Small helpers for the page's elements. */

/** The element with that id, which the page's HTML has. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element #${id}.`);
  return found as unknown as E;
}

/** A new element with text and class. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, options: { readonly text?: string; readonly className?: string } = {}): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.text !== undefined) element.textContent = options.text;
  if (options.className !== undefined) element.className = options.className;
  return element;
}

/** A canvas context in device pixels that follows the size of its element. */
export function drawing(canvas: HTMLCanvasElement): { readonly context: CanvasRenderingContext2D; fit(): boolean } {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw on a canvas.');
  const cssHeight = canvas.height;
  return {
    context,
    fit() {
      const scale = window.devicePixelRatio;
      const width = Math.max(1, Math.round(canvas.clientWidth * scale));
      const height = Math.round(cssHeight * scale);
      if (canvas.width === width && canvas.height === height) return false;
      canvas.width = width;
      canvas.height = height;
      return true;
    },
  };
}

/** The value of a colour variable of the page. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
