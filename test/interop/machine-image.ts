import { buildLayer, composeImage, type Image, type LayerEntry } from '@mlops-actions/oci';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** An image of this machine's Node and the libraries that it needs, in place of a distribution's. */
export async function machineImage(): Promise<Image> {
  const { stdout } = await execute('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, file]): LayerEntry => ({
    path: file!,
    from: { file: file! },
    executable: true,
  }));
  const node: LayerEntry = { path: '/usr/local/bin/node', from: { file: process.execPath }, executable: true };
  // Docker before 23 lets only root into folders that no layer names.
  const folders = ['/opt/ml/model', '/opt/ml/serving/node_modules/onnxruntime-web/dist', '/app'].map(
    (each): LayerEntry => ({ path: `${each}/.folder`, from: { bytes: Buffer.alloc(0) } }),
  );
  const all = [node, ...libraries, ...folders];
  const roots = [...new Set(all.map((entry) => entry.path.split('/')[1]!))];
  return composeImage(undefined, {
    layers: await Promise.all(
      roots.map((root) =>
        buildLayer(
          all.filter((entry) => entry.path.startsWith(`/${root}/`)),
          { kind: root, ownPrefix: `/${root}` },
        ),
      ),
    ),
    env: { PATH: '/usr/local/bin' },
  });
}

/** A server whose predictions are what `answer` gives. */
export const server = (answer: string, host = '0.0.0.0'): string => `
  import { createServer, connect } from 'node:net';
  import http from 'node:http';
  import { readFileSync, writeFileSync } from 'node:fs';
  import { networkInterfaces } from 'node:os';
  process.on('SIGTERM', () => process.exit());
  http.createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    if (request.url === process.env.AIP_HEALTH_ROUTE) return response.end('{}');
    try {
      const { instances } = JSON.parse(body);
      const predictions = [];
      for (const instance of instances) predictions.push(await (async () => { ${answer} })());
      response.end(JSON.stringify({ predictions }));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ error: error.message }));
    }
  }).listen(Number(process.env.AIP_HTTP_PORT), '${host}');
`;
