// How much a long test does: a little in `npm test`, everything in `npm run soak`, in every realm.
declare const __SLUICE_SOAK__: boolean;
declare const __SLUICE_SEED__: number;

/** True in `npm run soak`. */
export const soaking: boolean = __SLUICE_SOAK__;

/** The seed of this run: 1 in `npm test`, printed and settable (`SLUICE_SEED`) in `npm run soak`. */
export const seed: number = __SLUICE_SEED__;

/** `few` in `npm test`, `full` in `npm run soak`. */
export function scale(few: number, full: number): number {
  return soaking ? full : few;
}
