/**
 * Shows how far a text has been heard: what is still to come is paler. A highlight leaves the elements as they are, so
 * that a screen reader that follows the transcript is not told the same words again; without highlights nothing is shown.
 */
const NAME = 'unheard';

/** Marks what follows the first `length` characters of `element` as still to be heard. */
export function markHeard(element: Element, length: number): void {
  if (!('highlights' in CSS)) return;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = length;
  for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
    if (left > node.length) {
      left -= node.length;
      continue;
    }
    const rest = new Range();
    rest.setStart(node, left);
    rest.setEndAfter(element.lastChild ?? node);
    CSS.highlights.set(NAME, new Highlight(rest));
    return;
  }
  clearHeard();
}

/** The answer is over. */
export function clearHeard(): void {
  if ('highlights' in CSS) CSS.highlights.delete(NAME);
}
