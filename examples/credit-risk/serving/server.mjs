/**
 * Serves the ONNX model in ../model/ under Vertex AI's contract for custom containers: listens on 0.0.0.0:AIP_HTTP_PORT,
 * answers 200 at AIP_HEALTH_ROUTE once the model is loaded, and {"predictions": [...]} to {"instances": [...]} at
 * AIP_PREDICT_ROUTE. https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements
 */

import { createServer } from 'node:http';
import { TextDecoder } from 'node:util';
import { InstanceError, loadModel } from './model.mjs';

/** Vertex AI refuses larger requests. */
const BODY_LIMIT = 1_500_000;
/** Milliseconds that requests under way may still take after SIGTERM; Kubernetes kills after 30 s. */
const SHUTDOWN_LIMIT = 25_000;

/** An answer other than 200; the message is for the caller. */
class HttpError extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const { port, healthRoute, predictRoute } = readSettings(process.env);
let model;
let stopping = false;

const server = createServer((request, response) => void handle(request, response));
server.headersTimeout = 10_000;
server.requestTimeout = 30_000;
server.keepAliveTimeout = 75_000; // longer than load balancers keep a connection

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
server.on('error', (error) => giveUp(`Cannot listen on port ${port}: ${error.message}`));
server.listen(port, '0.0.0.0', () => log('INFO', 'listening', { port: server.address().port }));

try {
  model = await loadModel(new URL('../model/', import.meta.url));
  log('INFO', 'ready', { model: model.file, inputs: model.inputs.length });
} catch (error) {
  giveUp(`Cannot load the model: ${error.message}`);
}

function readSettings(env) {
  const names = ['AIP_HTTP_PORT', 'AIP_HEALTH_ROUTE', 'AIP_PREDICT_ROUTE'];
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) giveUp(`The environment lacks ${missing.join(', ')}, which Vertex AI sets.`);
  const [port, healthRoute, predictRoute] = names.map((name) => env[name]);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) giveUp('AIP_HTTP_PORT must be a port.');
  for (const route of [healthRoute, predictRoute]) {
    if (!route.startsWith('/')) giveUp('AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE must begin with a slash.');
  }
  return { port: Number(port), healthRoute, predictRoute };
}

/** Answers one request. Whatever happens, the server stays. */
async function handle(request, response) {
  const started = process.hrtime.bigint();
  const [route] = request.url.split('?', 1);
  const facts = {};
  let status = 200;
  let headers = {};
  let body;
  try {
    body = await answer(request, route, facts);
  } catch (error) {
    if (error instanceof HttpError) ({ status, headers } = error);
    else if (error instanceof InstanceError) status = 400;
    else if (request.destroyed && !request.complete) status = 499;
    else status = 500;
    if (status === 500) log('ERROR', 'a request failed', { error: error.stack });
    body = { error: status === 500 ? 'The server failed; its log says why.' : error.message };
  }
  const content = JSON.stringify(body);
  // The rest of a body that is too large is not worth waiting for.
  const close = stopping || status === 413;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(content),
    ...(close && { connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
  request.resume();
  if (route !== healthRoute) {
    const severity = status < 400 ? 'INFO' : status < 500 ? 'WARNING' : 'ERROR';
    const milliseconds = Number((process.hrtime.bigint() - started) / 1000n) / 1000;
    log(severity, 'request', { method: request.method, status, ...facts, milliseconds });
  }
}

async function answer(request, route, facts) {
  if (route === predictRoute && request.method === 'POST') {
    requireReady();
    const instances = readInstances(await readJson(request));
    facts.instances = instances.length;
    return { predictions: await model.predict(instances) };
  }
  if (route === healthRoute && ['GET', 'HEAD'].includes(request.method)) {
    requireReady();
    return { status: 'ready' };
  }
  if (route === predictRoute) throw new HttpError(405, 'Predictions are asked for with POST.', { allow: 'POST' });
  if (route === healthRoute) throw new HttpError(405, 'Health is asked for with GET.', { allow: 'GET, HEAD' });
  throw new HttpError(404, 'There is nothing here.');
}

function requireReady() {
  if (stopping) throw new HttpError(503, 'The server is stopping.');
  if (model === undefined) throw new HttpError(503, 'The model is still being loaded.', { 'retry-after': '1' });
}

async function readJson(request) {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpError(415, 'The body must be application/json.');
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpError(415, 'The body must not be compressed.');
  }
  const bytes = await readBody(request);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the body, which holds personal data.
    throw new HttpError(400, 'The body is not JSON in UTF-8.');
  }
}

async function readBody(request) {
  const tooLarge = () => new HttpError(413, `The body must have at most ${BODY_LIMIT} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The instances of {"instances": [...], "parameters": {}}. */
function readInstances(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'The body must be {"instances": [...]}.');
  }
  const { instances, parameters, ...rest } = body;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new HttpError(400, `The body has the unknown key ${JSON.stringify(unknown.slice(0, 60))}.`);
  if (!Array.isArray(instances) || instances.length === 0) {
    throw new HttpError(400, "'instances' must be an array with at least one instance.");
  }
  if (Object.keys(parameters ?? {}).length > 0) throw new HttpError(400, "The model has no 'parameters'.");
  return instances;
}

/** Lets requests under way end, then ends. */
function stop(signal) {
  log('INFO', 'stopping', { signal });
  stopping = true;
  server.close();
  setTimeout(() => giveUp('Requests under way did not end in time.'), SHUTDOWN_LIMIT).unref();
}

function giveUp(message) {
  log('CRITICAL', message);
  process.exit(1);
}

/** One line as Cloud Logging reads it. Attributes and predictions are personal data, and are not logged. */
function log(severity, message, fields = {}) {
  process.stdout.write(`${JSON.stringify({ severity, time: new Date().toISOString(), message, ...fields })}\n`);
}
