/**
 * A stage that chooses where things go. Upstream of live readers it sends each element to some of them;
 * upstream of settled dependents it chooses which of them run, the others are skipped.
 *
 * Routes are names of stages. State of a strategy (a turn, a key) lives in the run, so that runs do not
 * disturb one another.
 */
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireName, requireOneOf } from '../base/option.js';
import { systemRandom, type RandomSource } from '../base/random.js';
import { SluiceError } from '../base/errors.js';
import type { StreamElement } from '../stream/element.js';
import type { StageContext } from './context.js';
import { StageKind, StageType } from './kind.js';
import { StageOutput } from './output.js';
import type { Stage } from './stage.js';

/** How a router chooses. */
export type RouteStrategy = 'content' | 'roundRobin' | 'weighted' | 'hash' | 'random' | 'broadcast';

/** Options of {@link RouterStage}. */
export interface RouterOptions {
  /** Names of the stages it chooses among. For `content` a record of names and conditions, tried in order; for `weighted` of names and weights. */
  readonly routes: readonly string[] | Readonly<Record<string, number | ((element: StreamElement | undefined, ctx: StageContext) => boolean)>>;
  /** @default 'content' for a record of conditions, 'weighted' for one of weights, else 'broadcast' */
  readonly strategy?: RouteStrategy;
  /** For `content`: every route whose condition holds, not only the first. @default false */
  readonly all?: boolean;
  /** Where nothing matches; left out, a turn without a match fails and an element without one is dropped. */
  readonly fallback?: string;
  /** For `hash`: what is hashed. @default the turn id or source of an element; the session of a turn */
  readonly key?: (element: StreamElement | undefined, ctx: StageContext) => string;
  readonly random?: RandomSource;
}

/** Data that a router settles with. */
export interface RouteData {
  /** The first chosen route. */
  readonly route: string;
  /** All chosen routes: dependents that are not among them are skipped. */
  readonly branches: readonly string[];
}

/** Nothing matched and there is no fallback. */
export class NoRouteError extends SluiceError {
  override readonly name: string = 'NoRouteError';

  constructor(stage: string) {
    super(`Router '${stage}' found no route whose condition holds. Pass { fallback: 'a stage' }, or a condition that always holds at the end.`, { code: 'NO_ROUTE' });
  }
}

type Choose = (element: StreamElement | undefined, ctx: StageContext, state: RouterState) => readonly string[];

interface RouterState {
  turn: number;
}

const STRATEGIES: readonly RouteStrategy[] = ['content', 'roundRobin', 'weighted', 'hash', 'random', 'broadcast'];

/** A stage that chooses. */
export class RouterStage implements Stage<RouteData> {
  readonly name: string;
  readonly kind: StageKind = StageKind.ROUTE;
  readonly type: StageType = StageType.TRANSFORM;
  /** Names of the stages it chooses among. */
  readonly routes: readonly string[];
  readonly #choose: Choose;
  #turns = 0; // of all runs: a round goes on from turn to turn

  /** Throws `InvalidOptionError`. */
  constructor(name: string, options: RouterOptions) {
    refuseUnknownOptions('RouterStage', options, ['routes', 'strategy', 'all', 'fallback', 'key', 'random']);
    const { routes } = options;
    const entries: readonly (readonly [string, unknown])[] = Array.isArray(routes) ? (routes as readonly string[]).map((route) => [route, 1] as const) : Object.entries(routes ?? {});
    if (entries.length === 0) throw new InvalidOptionError('RouterStage.routes', routes, 'at least one name of a stage');
    for (const [route] of entries) requireName('RouterStage.routes', route);
    if (new Set(entries.map(([route]) => route)).size < entries.length) throw new InvalidOptionError('RouterStage.routes', routes, 'a list that names each stage once');
    if (options.fallback !== undefined) requireName('RouterStage.fallback', options.fallback);
    this.name = name;
    this.routes = Object.freeze([...new Set([...entries.map(([route]) => route), ...(options.fallback === undefined ? [] : [options.fallback])])]);
    const given = typeof entries[0]?.[1] === 'function' ? 'content' : Array.isArray(routes) ? 'broadcast' : 'weighted';
    this.#choose = chooser(name, requireOneOf('RouterStage.strategy', options.strategy ?? given, STRATEGIES), entries, options);
  }

  /** Chooses for the turn, or, where it has live readers, for each element: the choice is in `metadata.routes`, which its live edges follow. */
  execute = async (ctx: StageContext): Promise<StageOutput<RouteData>> => {
    const state: RouterState = { turn: 0 };
    const counts = new Map<string, number>();
    for (;;) {
      const element = ctx.input.tryRead() ?? (await ctx.input.read());
      if (element === undefined) break;
      const chosen = this.#choose(element, ctx, state);
      for (const route of chosen) counts.set(route, (counts.get(route) ?? 0) + 1);
      if (chosen.length === 0) continue;
      const routed = Object.freeze({ ...element, metadata: Object.freeze({ ...element.metadata, routes: Object.freeze([...chosen]) }) });
      if (!ctx.output.tryWrite(routed) && !(await ctx.output.write(routed))) break;
    }
    const branches = counts.size > 0 ? [...counts.keys()] : this.#choose(undefined, ctx, { turn: this.#turns++ });
    const [route] = branches;
    if (route === undefined) return StageOutput.fail(new NoRouteError(this.name)) as StageOutput<RouteData>;
    return StageOutput.ok({ route, branches: Object.freeze(branches) });
  };
}

function chooser(name: string, strategy: RouteStrategy, entries: readonly (readonly [string, unknown])[], options: RouterOptions): Choose {
  const names = entries.map(([route]) => route);
  const { fallback, all = false, random = systemRandom, key = defaultKey } = options;
  const orElse = fallback === undefined ? [] : [fallback];
  const at = (n: number): readonly string[] => [names[n % names.length] as string]; // names is not empty
  if (strategy === 'broadcast') return () => names;
  if (strategy === 'roundRobin') return (_element, _ctx, state) => at(state.turn++);
  if (strategy === 'random') return () => at(Math.floor(random() * names.length));
  if (strategy === 'hash') return (element, ctx) => at(hashOf(key(element, ctx)));
  if (strategy === 'content') {
    for (const [route, condition] of entries) requireFunction(`RouterStage('${name}').routes.${route}`, condition);
    return (element, ctx) => {
      const matching = entries.filter(([, condition]) => (condition as (element: StreamElement | undefined, ctx: StageContext) => boolean)(element, ctx)).map(([route]) => route);
      return matching.length === 0 ? orElse : all ? matching : matching.slice(0, 1);
    };
  }
  for (const [route, weight] of entries) if (typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) throw new InvalidOptionError(`RouterStage('${name}').routes.${route}`, weight, 'a finite weight of at least 0');
  const total = entries.reduce((sum, [, weight]) => sum + (weight as number), 0);
  if (total <= 0) throw new InvalidOptionError(`RouterStage('${name}').routes`, total, 'weights of which at least one is above 0');
  return () => {
    let point = random() * total;
    for (const [route, weight] of entries) if ((point -= weight as number) < 0) return [route];
    return [names[names.length - 1] as string]; // rounding
  };
}

function defaultKey(element: StreamElement | undefined, ctx: StageContext): string {
  return element === undefined ? (ctx.sessionId ?? '') : (element.turnId ?? element.source);
}

/** FNV-1a, 32 bits (Fowler, Noll and Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}
