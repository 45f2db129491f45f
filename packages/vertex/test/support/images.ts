import {
  buildLayer,
  composeImage,
  formatReference,
  parseReference,
  pushImage,
  RegistryClient,
} from '@mlops-actions/oci';

/** How a tiny serving image behaves. */
export interface Behaviour {
  /** What it adds to the sum of an instance: tells models apart. */
  bias?: number;
  /** JavaScript of the request handler's answer to a prediction, instead of the sum. */
  answer?: string;
  /** JavaScript that runs before the server starts. */
  start?: string;
}

/** A server under Vertex AI's contract: an instance is a list of numbers, its prediction their sum and the bias. */
const server = ({ bias = 0, answer, start = '' }: Behaviour): string => `
import { createServer } from 'node:http';
${start}
const { AIP_HTTP_PORT, AIP_HEALTH_ROUTE, AIP_PREDICT_ROUTE } = process.env;
const predict = (instances) => instances.map((numbers) => numbers.reduce((sum, n) => sum + n, ${bias}));
createServer(async (request, response) => {
  if (request.url === AIP_HEALTH_ROUTE) return response.end('{}');
  if (request.url !== AIP_PREDICT_ROUTE) return response.writeHead(404).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { instances } = JSON.parse(Buffer.concat(chunks));
  ${answer ?? "response.setHeader('content-type', 'application/json').end(JSON.stringify({ predictions: predict(instances) }));"}
}).listen(Number(AIP_HTTP_PORT), '0.0.0.0');
`;

/**
 * Pushes an image of such a server to a registry.
 *
 * @returns its reference by digest
 */
export async function pushServer(registry: string, behaviour: Behaviour): Promise<string> {
  const bytes = Buffer.from(server(behaviour));
  const layer = await buildLayer([{ path: '/app/server.mjs', from: { bytes } }], { kind: 'code' });
  const image = composeImage(undefined, { layers: [layer], entrypoint: ['node', '/app/server.mjs'] });
  const repository = parseReference(`${registry}/models/sum`);
  await pushImage(new RegistryClient(), image, repository, []);
  return formatReference({ ...repository, digest: image.digest });
}
