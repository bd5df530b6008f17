// The scripts bring node_modules to the lockfile's state: what they find missing, old or changed is installed anew.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isInstalled, stampInstalled } from '../tools/install.mjs';

interface Locked {
  readonly version: string;
  readonly optional?: boolean;
  readonly link?: boolean;
}

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A lockfile; the project's own optional package is `two`. */
const lockfile = (packages: Readonly<Record<string, Locked>>): string => JSON.stringify({ packages: { '': { optionalDependencies: { two: '*' } }, ...packages } });

/** A project whose lockfile wants `wanted` and whose node_modules has `present`. */
function project(wanted: Readonly<Record<string, Locked>>, present: Readonly<Record<string, Locked>> = wanted): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-install-'));
  folders.push(folder);
  for (const path of Object.keys(present)) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), lockfile(wanted));
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), lockfile(present));
  return folder;
}

const one = { 'node_modules/one': { version: '1.0.0' } };

describe('isInstalled', () => {
  it.each([
    ['all that is locked', one, one, true],
    ['a package fewer', { ...one, 'node_modules/two': { version: '2.0.0' } }, one, false],
    ['another version', { 'node_modules/one': { version: '1.0.1' } }, one, false],
    ['a package more', one, { ...one, 'node_modules/two': { version: '2.0.0' } }, true],
    ['an optional package of its own fewer', { ...one, 'node_modules/two': { version: '2.0.0', optional: true } }, one, false],
    ['fewer of what packages of it want for some platform', { ...one, 'node_modules/three': { version: '3.0.0', optional: true } }, one, true],
    ['no link', { ...one, 'node_modules/two': { version: '', link: true } }, one, true],
  ])('of a folder that has %s', (_what, wanted, present, answer) => {
    expect(isInstalled(project(wanted, present))).toBe(answer);
  });

  it('is false without node_modules, and when a folder was deleted', () => {
    const folder = project(one);
    rmSync(join(folder, 'node_modules/one'), { recursive: true });
    expect(isInstalled(folder)).toBe(false);
    rmSync(join(folder, 'node_modules'), { recursive: true });
    expect(isInstalled(folder)).toBe(false);
  });

  it('asks once for an optional package that cannot be built here, and again when the lockfile changes', () => {
    const wanted = { ...one, 'node_modules/two': { version: '2.0.0', optional: true } };
    const folder = project(wanted, one);
    stampInstalled(folder);
    expect(isInstalled(folder)).toBe(true);
    writeFileSync(join(folder, 'package-lock.json'), lockfile({ ...wanted, 'node_modules/three': { version: '3.0.0', optional: true } }));
    expect(isInstalled(folder)).toBe(false);
  });
});
