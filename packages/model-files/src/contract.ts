import type { FileFacts, Port } from './facts.ts';
import { FindingLog, type Finding } from './findings.ts';
import type { InspectedFile } from './inspect.ts';

/** One input or output as the contract has it (the `contract` of model.yaml). */
export interface ContractFeature {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean';
  /** Shape of one example; omitted for a scalar. -1 is any size. */
  shape?: readonly number[];
}

export interface ModelContract {
  inputs?: readonly ContractFeature[];
  outputs?: readonly ContractFeature[];
}

/** Compares what the contract says with what the files say of themselves. Every file that says something must agree. */
export function checkContract(files: readonly InspectedFile[], contract: ModelContract): Finding[] {
  const findings: Finding[] = [];
  let checked = 0;
  for (const { path, facts } of files) {
    const log = new FindingLog(path);
    if (checkFile(path, facts, contract, log)) checked++;
    findings.push(...log.findings);
  }
  if (checked === 0) {
    const log = new FindingLog('.');
    log.add('MV604', 'The contract could not be checked: no file says what it takes', '', {});
    findings.push(...log.findings);
  }
  return findings;
}

/** False if the file says nothing that could be compared. */
function checkFile(path: string, facts: FileFacts, contract: ModelContract, log: FindingLog): boolean {
  const { inputs, outputs } = contract;
  let compared = false;
  if (facts.inputs !== undefined && inputs !== undefined) {
    compared = true;
    if (!isFeatureVector(facts.inputs, inputs)) comparePorts(path, 'input', facts.inputs, inputs, log);
    else compareVector(path, facts.inputs[0]!, inputs, log);
  } else if (inputs !== undefined && (facts.featureNames !== undefined || facts.featureCount !== undefined)) {
    compared = true;
    compareFeatures(path, facts, inputs, log);
  }
  if (facts.outputs !== undefined && outputs !== undefined) {
    compared = true;
    comparePorts(path, 'output', facts.outputs, outputs, log);
  }
  return compared;
}

function comparePorts(
  path: string,
  kind: 'input' | 'output',
  ports: readonly Port[],
  features: readonly ContractFeature[],
  log: FindingLog,
): void {
  const byName = new Map(ports.map((port) => [port.name, port]));
  for (const feature of features) {
    const port = byName.get(feature.name);
    byName.delete(feature.name);
    if (port === undefined) {
      log.add('MV601', `The contract's ${kind} ${feature.name} is not among the ${kind}s of ${path}`, '', {
        symbol: feature.name,
      });
      continue;
    }
    const difference = differenceOf(feature, port);
    if (difference !== undefined)
      log.add('MV603', `The ${kind} ${feature.name} ${difference} in ${path}`, '', { symbol: feature.name });
  }
  for (const name of byName.keys()) {
    log.add(kind === 'input' ? 'MV602' : 'MV605', `The ${kind} ${name} of ${path} is not in the contract`, '', {
      symbol: name,
    });
  }
}

/** A single tensor that takes all features of a row side by side, as scikit-learn's converters make it. */
function isFeatureVector(ports: readonly Port[], features: readonly ContractFeature[]): boolean {
  const [port] = ports;
  return ports.length === 1 && port?.shape?.length === 2 && !features.some(({ name }) => name === port.name);
}

function compareVector(path: string, port: Port, features: readonly ContractFeature[], log: FindingLog): void {
  const width = port.shape?.[1];
  if (typeof width === 'number' && width !== features.length) {
    log.add(
      'MV603',
      `The contract names ${features.length} inputs, the tensor ${port.name} of ${path} takes ${width}`,
      '',
      {
        symbol: port.name,
      },
    );
  }
  for (const feature of features) {
    if (!isCompatible(feature.type, port.type)) {
      log.add(
        'MV603',
        `The input ${feature.name} is ${feature.type} in the contract and goes into ${port.type ?? '?'} in ${path}`,
        '',
        {
          symbol: feature.name,
        },
      );
    }
  }
}

/** Models of tables know their columns by name, or only how many there are. */
function compareFeatures(path: string, facts: FileFacts, features: readonly ContractFeature[], log: FindingLog): void {
  const names = facts.featureNames;
  if (names === undefined || names.every((name, index) => name === `Column_${index}` || name === `f${index}`)) {
    const count = names?.length ?? facts.featureCount;
    if (count !== undefined && count !== features.length) {
      log.add('MV603', `The contract names ${features.length} inputs, ${path} takes ${count}`, '', {});
    }
    return;
  }
  // LightGBM writes white space and some punctuation of names as underscores.
  const canonical = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, '_');
  const known = new Set(names.map(canonical));
  const wanted = new Set(features.map(({ name }) => canonical(name)));
  for (const { name } of features) {
    if (!known.has(canonical(name))) {
      log.add('MV601', `The contract's input ${name} is not among the features of ${path}`, '', { symbol: name });
    }
  }
  for (const name of names) {
    if (!wanted.has(canonical(name)))
      log.add('MV602', `The feature ${name} of ${path} is not in the contract`, '', { symbol: name });
  }
}

/** What differs, as a clause: "is integer in the contract, tensor(string)". */
function differenceOf(feature: ContractFeature, port: Port): string | undefined {
  if (!isCompatible(feature.type, port.type)) return `is ${feature.type} in the contract, ${port.type ?? '?'}`;
  if (port.shape === undefined) return undefined;
  // The first dimension counts the rows of a request.
  const example = port.shape.slice(1);
  const isScalar = feature.shape === undefined && example.every((size) => typeof size !== 'number' || size === 1);
  const isSame =
    feature.shape?.length === example.length &&
    feature.shape.every((size, axis) => size === -1 || typeof example[axis] !== 'number' || size === example[axis]);
  if (isScalar || isSame) return undefined;
  const wanted = feature.shape === undefined ? 'a scalar' : `of shape [${feature.shape.join(', ')}]`;
  return `is ${wanted} in the contract, of shape [${example.join(', ')}]`;
}

/** Whether every value of the contract's type can be sent as the model's. */
function isCompatible(type: ContractFeature['type'], element: string | undefined): boolean {
  if (element === undefined || element.includes('?')) return true;
  const kind = element.replace(/^(sparse_)?tensor\((.*)\)$/, '$2').toLowerCase();
  const isFloating = /^b?float|^double$/.test(kind);
  switch (type) {
    case 'string':
      return kind === 'string';
    case 'boolean':
      return kind === 'bool' || kind === 'boolean';
    case 'integer':
      return isFloating || /^u?int/.test(kind);
    case 'number':
      return isFloating;
  }
}
