/** An ONNX model of tabular data: one input for each attribute, each of shape [rows, 1], and outputs of shape [rows, width]. */

import { readdir, readFile } from 'node:fs/promises';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';

/** A mistake in an instance; its message is for the caller, and quotes no value, since values are personal data. */
export class InstanceError extends Error {}

/** How a value of an instance becomes an element of a tensor, by the type of the model's input. */
const COLUMN_TYPES = {
  string: {
    what: 'a string',
    // ONNX Runtime reads to the first NUL, and would take what comes before it for the level.
    accepts: (value) => typeof value === 'string' && !value.includes('\0'),
    data: (values) => values,
  },
  int64: {
    what: 'a whole number',
    accepts: (value) => Number.isSafeInteger(value),
    data: (values) => BigInt64Array.from(values, BigInt),
  },
  float32: {
    what: 'a number',
    accepts: (value) => typeof value === 'number' && Number.isFinite(Math.fround(value)),
    data: (values) => Float32Array.from(values),
  },
};

/** ONNX Runtime's own log of a failed run would break the log's format; the error holds the same text. */
const FATAL_ONLY = 4;

/**
 * Loads the only ONNX file in `folder`.
 *
 * @param {URL} folder ends with a slash
 * @returns {Promise<{file: string, inputs: string[], predict: (instances: unknown[]) => Promise<object[]>}>}
 */
export async function loadModel(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.onnx'));
  if (files.length !== 1) throw new Error(`${folder.pathname} must hold one .onnx file, not ${files.length}.`);
  const [file] = files;

  env.logLevel = 'fatal';
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(await readFile(new URL(file, folder)), {
    executionProviders: ['wasm'],
    logSeverityLevel: FATAL_ONLY,
  });
  const columns = new Map(session.inputMetadata.map((input) => [input.name, columnType(input)]));
  return {
    file,
    inputs: session.inputNames,
    predict: (instances) => predict(session, columns, instances),
  };
}

function columnType({ name, isTensor, type, shape }) {
  const columnType = isTensor && shape.length === 2 && shape[1] === 1 ? COLUMN_TYPES[type] : undefined;
  if (columnType === undefined) {
    const known = Object.keys(COLUMN_TYPES).join(', ');
    throw new Error(`The model's input '${name}' is not a column (shape [rows, 1]) of one of the types ${known}.`);
  }
  return { ...columnType, type };
}

/** One prediction for each instance: an object with the value of each of the model's outputs. */
async function predict(session, columns, instances) {
  instances.forEach((instance, index) => checkInstance(columns, instance, `instances[${index}]`));
  const feeds = {};
  for (const [name, { type, data }] of columns) {
    const values = instances.map((instance) => instance[name]);
    feeds[name] = new Tensor(type, data(values), [values.length, 1]);
  }
  const results = await run(session, feeds);
  return instances.map((_, row) =>
    Object.fromEntries(session.outputNames.map((name) => [name, valueOf(results[name], row, name)])),
  );
}

function checkInstance(columns, instance, where) {
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
    throw new InstanceError(`${where} must be an object of attributes.`);
  }
  for (const name of Object.keys(instance)) {
    if (!columns.has(name)) {
      throw new InstanceError(
        `${where} has the attribute ${JSON.stringify(name.slice(0, 60))}, which the model does not know.`,
      );
    }
  }
  for (const [name, { accepts, what }] of columns) {
    if (!Object.hasOwn(instance, name)) throw new InstanceError(`${where} lacks the attribute '${name}'.`);
    if (!accepts(instance[name])) throw new InstanceError(`${where}: the attribute '${name}' must be ${what}.`);
  }
}

/** Runs the graph. Its encoders are named after the attributes that they encode, and refuse levels that they do not know. */
async function run(session, feeds) {
  try {
    return await session.run(feeds, { logSeverityLevel: FATAL_ONLY });
  } catch (error) {
    const encoder = /running OneHotEncoder node\. Name:'([^']*)'.*Unknown Category/.exec(error.message)?.[1];
    if (encoder === undefined || !(encoder in feeds)) throw error;
    throw new InstanceError(`The attribute '${encoder}' has a level that the model does not know.`);
  }
}

/** The value of one row: a number, or an array of numbers where the output is wider than one. */
function valueOf({ data, dims }, row, name) {
  const width = dims.slice(1).reduce((product, size) => product * size, 1);
  const values = Array.from(data.slice(row * width, (row + 1) * width), Number);
  if (values.length !== width || !values.every(Number.isFinite)) {
    throw new Error(`The model's output '${name}' holds no finite number for row ${row}.`);
  }
  return width === 1 ? values[0] : values;
}
