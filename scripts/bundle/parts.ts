import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PARTS } from '../../src/runtime/product-files.ts';
import { compact } from './compact.ts';
import { joinLicenses } from './licenses.ts';

/** What ncc returns, as far as it is read here: it has no types of its own. */
interface Bundled {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
  readonly stats: {
    readonly compilation: { readonly chunks: Iterable<Chunk> };
    toJson(what: Readonly<Record<string, boolean | number>>): { readonly modules: readonly Module[] };
  };
}

interface Chunk {
  readonly id: number;
  readonly name?: string;
  readonly idNameHints: ReadonlySet<string>;
}

interface Module {
  readonly name: string;
  readonly modules?: readonly Module[];
}

type Ncc = (entry: string, options: Readonly<Record<string, unknown>>) => Promise<Bundled>;

const [START, WORK, PACKAGES] = PARTS;

/** The line by which what starts finds the file of a further part. */
const FILE_OF_PART = 'return "" + chunkId + ".index.js";';

/**
 * The bundle by its files: `index.js` is all that a start needs, `work.js` what the sources import by that name
 * (`webpackChunkName`) once inputs are read, and `packages.js` the packages that only `work.js` uses.
 */
export async function bundleParts(root: string): Promise<Map<string, string>> {
  // ncc names modules from the working directory, and finds the configuration of the compiler there.
  process.chdir(root);
  // What stands in for a package, in the bundle alone: ncc takes the paths of this file, and no other tool reads it.
  process.env['TS_NODE_PROJECT'] = join(root, 'scripts/stand-in/tsconfig.json');
  const ncc = createRequire(import.meta.url)('@vercel/ncc') as Ncc;
  const { code, assets, stats } = await ncc(join(root, 'src/index.ts'), {
    // A text a part: under one name, that of the last part would be all that is left.
    license: '[name].licenses.txt',
    cache: false,
    quiet: true,
  });
  const further = [...stats.compilation.chunks].filter(({ name }) => name !== 'main');
  const names = new Map(further.map((chunk) => [`${chunk.id}.index.js`, nameOf(chunk)]));
  const licenses: string[] = [];
  const files = new Map<string, string>([[START, compact(withNames(code, further))]]);
  for (const [name, { source }] of Object.entries(assets)) {
    const text = source.toString();
    const part = names.get(name);
    if (part !== undefined && files.has(part)) throw new Error(`Two parts of the bundle are called ${part}.`);
    if (part !== undefined) files.set(part, compact(text));
    else if (name.endsWith('.licenses.txt')) licenses.push(text);
    else files.set(name, text);
  }
  const { modules } = stats.toJson({
    all: false,
    modules: true,
    nestedModules: true,
    modulesSpace: Infinity,
  });
  const packages = packagesOf(modules);
  if (packages.size === 0) throw new Error('No package was found in the bundle.');
  files.set('licenses.txt', joinLicenses(licenses, packages, root));
  return files;
}

function nameOf({ id, name, idNameHints }: Chunk): string {
  if (name === 'work') return WORK;
  if (name === undefined && idNameHints.has('vendors')) return PACKAGES;
  throw new Error(`An import makes a part of its own of the bundle (${name ?? id}): name it "work".`);
}

/** Parts are loaded by the names of their files in place of their numbers. */
function withNames(code: string, further: readonly Chunk[]): string {
  const files = JSON.stringify(Object.fromEntries(further.map((chunk) => [chunk.id, nameOf(chunk)])));
  if (code.split(FILE_OF_PART).length !== 2) throw new Error('The bundler loads parts in a way of its own.');
  return code.replace(FILE_OF_PART, `return ${files}[chunkId];`);
}

function packagesOf(modules: readonly Module[]): Set<string> {
  const names = modules.flatMap(function name(module): string[] {
    return module.modules === undefined ? [module.name] : module.modules.flatMap(name);
  });
  const found = names.map((name) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(name)?.[1]);
  return new Set(found.filter((name) => name !== undefined));
}
