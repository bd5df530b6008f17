/** Upkeep that one tab at a time does for all: of those that would begin at once, the first does and the others leave it. */

/**
 * Runs `work` unless another tab has upkeep of the database `name` under way; resolves to whether it ran. Writes need no such
 * lock, their transactions keep them apart; upkeep holds one (Web Locks) only to not be done twice. Where there are no
 * locks it runs.
 */
export async function inOneTab(name: string, work: () => Promise<void>): Promise<boolean> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (locks === undefined) {
    await work();
    return true;
  }
  return locks.request(`sluice.memory:${name}`, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
    return lock !== null;
  });
}
