// What leaves the process by name: classes of errors and events.

/** Error classes of a source text that do not state their own name, which bundlers would change. */
export function namelessErrors(text: string): readonly string[] {
  return [...text.matchAll(/class (\w+) extends \w*Error \{(?:\}|\n([^\n]*))/g)].flatMap(([, name = '', next = '']) => (next.includes(`override readonly name: string = '${name}';`) ? [] : [name]));
}

/** Names of events in the lines of a source text that emit one. */
export function emittedEvents(text: string): readonly string[] {
  return text.split('\n').filter((line) => /(?:\b|[a-z#])[eE]mit(?:Event|ter)?(?:\?\.)?\(/.test(line)).flatMap((line) => [...line.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, name = '']) => name));
}
