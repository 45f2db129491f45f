/**
 * The bundle that GitHub runs: one for all actions, with a chunk an action, and a thin entry an action.
 *
 * TypeScript 7 emits JavaScript to build/, ncc bundles that, SWC minifies. The same sources give the same bytes on every machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import swc from '@swc/core';
import ncc from '@vercel/ncc';
import { generateVertexProtos } from '../generate/vertex-protos.ts';

const OPTIONS = { esm: false, minify: false, cache: false, quiet: true, sourceMap: false } as const;

/**
 * @actions/core needs its HTTP client for OIDC tokens only, which is asked for where something is signed keylessly; loading it (with http, tls
 * and undici) costs more than all else that an action starts with.
 */
const LAZY_HTTP_CLIENT = `// Loaded when it is used, not before.
for (const name of ['HttpClient', 'BearerCredentialHandler']) {
  Object.defineProperty(exports, name, { enumerable: true, get: () => require('./http-client-bundle.js')[name] });
}
`;

/** The files of `dist`, by name. */
export async function bundle(root: string): Promise<Map<string, Buffer>> {
  const build = path.join(root, 'build');
  await emit(root, build);
  const { actionNames, COUNT_WORKER, HASH_WORKER } = (await import(path.join(build, 'actions/start.js'))) as {
    actionNames: string[];
    COUNT_WORKER: string;
    HASH_WORKER: string;
  };

  const output = new Map<string, Buffer>();
  const add = (name: string, content: string): void => {
    output.set(name, Buffer.from(content));
  };
  const main = await ncc(path.join(build, 'actions/start.js'), {
    ...OPTIONS,
    license: 'licenses.txt',
    externals: {
      // Cut down to the services in use, see generate/vertex-protos.ts.
      '../../protos/protos.json': './vertex-protos.json',
      '@actions/http-client': './http-client.js',
      '@actions/http-client/lib/auth': './http-client.js',
    },
  });
  add('index.js', await minify(main.code));
  for (const [name, { source }] of Object.entries(main.assets)) {
    if (name.endsWith('.js')) add(name, await minify(source.toString()));
    else if (name === 'licenses.txt') add(name, source.toString());
    // The other assets are .proto files of services that no client here calls.
  }
  const httpClient = await ncc(path.join(build, 'scripts/build/http-client.js'), OPTIONS);
  add('http-client-bundle.js', await minify(httpClient.code));
  add('http-client.js', LAZY_HTTP_CLIENT);
  // By itself: a thread is started for a second's work, and the whole bundle would take a tenth of that.
  const hashWorker = await ncc(path.join(build, 'packages/oci/src/hash-worker.js'), OPTIONS);
  add(HASH_WORKER, await minify(hashWorker.code));
  for (const name of actionNames) add(`${name}.js`, `require('./index.js').start('${name}');\n`);
  add(COUNT_WORKER, "require('./index.js').startCountWorker();\n");
  for (const { path: file, content } of await generateVertexProtos()) add(path.basename(file), content);
  add('package.json', '{ "type": "commonjs" }\n');
  return output;
}

/** Emits JavaScript, and makes `@mlops-actions/*` resolve to it rather than to the sources. */
async function emit(root: string, build: string): Promise<void> {
  await rm(build, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [path.join(root, 'node_modules/typescript-native/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  await writeFile(path.join(build, 'package.json'), '{ "type": "module" }\n');
  const scope = path.join(build, 'node_modules/@mlops-actions');
  await mkdir(scope, { recursive: true });
  for (const name of await readdir(path.join(build, 'packages'))) {
    const manifest = await readFile(path.join(root, 'packages', name, 'package.json'), 'utf8');
    await writeFile(path.join(build, 'packages', name, 'package.json'), manifest.replaceAll('.ts"', '.js"'));
    await symlink(path.join('../../packages', name), path.join(scope, name), 'dir');
  }
}

/** Names of classes and functions are kept: clients and error messages show them. */
async function minify(code: string): Promise<string> {
  const { code: minified } = await swc.minify(code, {
    compress: { ecma: 2020, keep_classnames: true, keep_fnames: true },
    mangle: { keep_classnames: true, keep_fnames: true },
    format: { comments: false },
    module: false,
  });
  return minified;
}
