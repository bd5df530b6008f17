// The manifest keeps its promises: exact versions, few runtime dependencies, and a lockfile that a bare clone can install.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly type: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly scripts: Readonly<Record<string, string>>;
}
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')) as T;
const manifest = read<Manifest>('package.json');
const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json');

describe('package.json', () => {
  it('is an MIT module for Node 20.19 and later', () => {
    expect([manifest.type, manifest.license, manifest.engines.node]).toEqual(['module', 'MIT', '>=20.19']);
  });

  it('names exact versions', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('has no runtime dependency but those that the house allows', () => {
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => !['@eslint-community/regexpp', 'comlink', 'idb', 'jose'].includes(name))).toEqual([]);
  });

  it('has only optional peers, each at a version that the tests use', () => {
    expect(Object.keys(manifest.peerDependencies)).toEqual(Object.keys(manifest.peerDependenciesMeta));
    for (const name of Object.keys(manifest.peerDependencies)) expect([manifest.peerDependenciesMeta[name], manifest.devDependencies?.[name]]).toEqual([{ optional: true }, expect.any(String)]);
  });

  it('has a script for each command that the documents name', () => {
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['start', 'test', 'build', 'bench', 'soak', 'eval', 'dev']));
  });
});

describe('package-lock.json', () => {
  it('has the direct dependencies at the versions of the manifest', () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, packages[`node_modules/${name}`]?.version]))).toEqual(wanted);
  });

  // npm leaves out what a registry does not have for some platform, and then refuses to install from the lockfile.
  it('has every dependency that a locked package names, those for other platforms too', () => {
    const lacking = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => {
        for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
          if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return false;
          if (at === '') return true;
          if (!at.includes('/node_modules/')) at = '';
        }
      }).map((name) => `${path}: ${name}`));
    expect(lacking).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});
