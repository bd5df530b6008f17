/** All views of a text that can say something its base view does not. */
import { baseView } from './base-view.js';
import { decodedViews, tagsView } from './decoded-views.js';
import { foldView } from './fold-view.js';
import { joinedView } from './joined-view.js';
import { leetView } from './leet-view.js';
import { spokenView } from './spoken-view.js';
import type { View } from './view.js';

/** Makes the views of `text`, base first. Each other view is there only where the text needs it. */
export function viewsOf(text: string): readonly View[] {
  const base = baseView(text);
  const views: View[] = [base];
  const folded = foldView(base);
  if (folded !== undefined) views.push(folded);
  const joined = joinedView(folded ?? base);
  if (joined !== undefined) views.push(joined);
  const letters = joined ?? folded ?? base;
  const leet = leetView(letters);
  if (leet !== undefined) {
    views.push(leet);
    const ell = leetView(letters, true);
    if (ell !== undefined) {
      const both = leetView(ell);
      views.push(both ?? ell);
    }
  }
  const spoken = spokenView(base);
  if (spoken !== undefined) views.push(spoken);
  for (const decoded of decodedViews(base)) views.push(decoded);
  const tags = tagsView(text);
  if (tags !== undefined) views.push(tags);
  return views;
}
