import { afterAll, beforeAll } from '@jest/globals';
import { inputReader, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { action } from '../src/index.ts';

export const context: RunContext = {
  repository: 'acme/credit-risk',
  commit: 'c0ffee',
  ref: 'refs/heads/main',
  runId: '1',
  runAttempt: '1',
  runUrl: '',
  workflow: '',
  actor: '',
};

const { inputs: declared } = parse(readFileSync(path.join(import.meta.dirname, '../action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};
const defaults = Object.fromEntries(Object.entries(declared).map(([name, input]) => [name, input.default ?? '']));

/**
 * Runs the action as a workflow would, save that the values of its outputs come back. The images of these tests hold no Node and no C library, so
 * the probe starts them as processes; test/interop probes containers.
 */
export async function build(inputs: Record<string, string>): Promise<ActionResult> {
  const given = { ...defaults, 'probe-runtime': 'process', ...inputs };
  return action.run(action.readInputs(inputReader((name) => (given as Record<string, string>)[name] ?? '')), context);
}

/** A temporary folder that goes when the tests of the file are done. */
export class Folder {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(path.join(tmpdir(), 'build-image-test-'));
    afterAll(() => rm(this.path, { recursive: true, force: true }));
  }

  at(name: string): string {
    return path.join(this.path, name);
  }

  write(name: string, text: string): string {
    mkdirSync(path.dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text);
    return this.at(name);
  }
}

/** A registry for the tests of a file. */
export function registryForTests(): { readonly address: string } {
  let registry: Registry | undefined;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry?.close());
  return {
    get address() {
      return registry!.address;
    },
  };
}

/** A model server: its predictions are its instances times the number in the model's file. */
export const SERVER = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const factor = Number(readFileSync(new URL('../opt/ml/model/model.txt', import.meta.url), 'utf8'));
console.log('loaded', factor);
createServer(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  response.setHeader('content-type', 'application/json');
  if (request.url === process.env.AIP_HEALTH_ROUTE) return response.end('{}');
  try {
    response.end(JSON.stringify({ predictions: JSON.parse(body).instances.map((x) => ({ score: x * factor })) }));
  } catch (error) {
    if (process.env.FRAGILE) throw error;
    response.writeHead(400).end(JSON.stringify({ error: error.message }));
  }
}).listen(Number(process.env.AIP_HTTP_PORT), '0.0.0.0');
`;
