import path from 'node:path';
import { pathProblem } from '../archives/paths.ts';
import { FormatError } from '../cursor.ts';
import type { Port } from '../facts.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { scanMetadata } from './metadata.ts';
import { fieldMap, fieldsOf, lastText, messageOf, wholeMessage, type Field, type Message } from './protobuf.ts';

/** Numbers of the fields, from Core ML's specification (Model.proto, NeuralNetwork.proto, MIL.proto). */
const FIRST_KIND = 200;
const PIPELINES = new Set([200, 201]);
const PIPELINE = 202;
const NETWORKS = new Set([303, 403, 500]);
const PROGRAM = 502;
const CUSTOM_MODEL = 555;
const LINKED_MODEL = 556;
const LAYER = { custom: 500, branch: 605, loop: 615 } as const;

const MAX_DEPTH = 32;

/** True if the bytes are a Core ML Model: a version, a description, and one kind of model. */
export function isCoreMl(source: ByteSource): boolean {
  const numbers = new Set<number>();
  try {
    for (const field of fieldsOf(wholeMessage(source))) {
      if (field.number === 1 && field.wire !== 0) return false;
      if (field.number > 10 && field.number < FIRST_KIND) return false;
      numbers.add(field.number);
    }
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
  return numbers.has(1) && numbers.has(2) && [...numbers].some((number) => number >= FIRST_KIND && number < 4000);
}

/** Reviews a Core ML model: what the app that loads it must bring, where its weights are, what it takes and gives. */
export function scanCoreMl(source: ByteSource, scope: Scope, modelPath: string): void {
  new CoreMlReview(scope, path.posix.dirname(modelPath)).model(wholeMessage(source), 0);
}

class CoreMlReview {
  readonly #scope: Scope;
  readonly #folder: string;

  constructor(scope: Scope, folder: string) {
    this.#scope = scope;
    this.#folder = folder;
  }

  model(model: Message, depth: number): void {
    if (depth > MAX_DEPTH) throw new FormatError(`models are nested more than ${MAX_DEPTH} deep`);
    for (const field of fieldsOf(model)) {
      if (field.wire !== 2) continue;
      const part = messageOf(field, model);
      if (field.number === 2) this.#description(part, depth === 0);
      else if (field.number === PIPELINE) this.#pipeline(part, depth);
      else if (PIPELINES.has(field.number)) each(part, 1, (pipeline) => this.#pipeline(pipeline, depth));
      else if (NETWORKS.has(field.number)) this.#network(part, depth);
      else if (field.number === PROGRAM) this.#program(part);
      else if (field.number === CUSTOM_MODEL) {
        this.#custom(
          `is a custom model, class ${lastText(fieldMap(part), 10, part) ?? '?'} of the app`,
          'custom model',
        );
      } else if (field.number === LINKED_MODEL) {
        this.#scope.report('MV304', 'The Core ML model links to a model that is not in it', { symbol: 'linked model' });
      }
    }
  }

  #pipeline(pipeline: Message, depth: number): void {
    each(pipeline, 1, (model) => this.model(model, depth + 1));
  }

  /** A neural network, or one of the branches in it: its first field are the layers. */
  #network(network: Message, depth: number): void {
    if (depth > MAX_DEPTH) throw new FormatError(`networks are nested more than ${MAX_DEPTH} deep`);
    each(network, 1, (layer) => {
      each(layer, LAYER.custom, (custom) => {
        const name = lastText(fieldMap(custom), 10, custom) ?? '?';
        this.#custom(`has a layer of the class ${name} of the app`, name);
      });
      for (const nested of [LAYER.branch, LAYER.loop]) {
        each(layer, nested, (parts) => {
          for (const number of nested === LAYER.branch ? [1, 2] : [3, 4]) {
            each(parts, number, (inner) => this.#network(inner, depth + 1));
          }
        });
      }
    });
  }

  /** An ML program: functions of blocks of operations, each a map whose entries hold the value second. */
  #program(program: Message): void {
    each(program, 2, (entry) => {
      each(entry, 2, (definition) => {
        each(definition, 3, (specialisation) => each(specialisation, 2, (block) => this.#block(block, 0)));
      });
    });
  }

  #block(block: Message, depth: number): void {
    if (depth > MAX_DEPTH) throw new FormatError(`blocks are nested more than ${MAX_DEPTH} deep`);
    each(block, 3, (operation) => {
      const type = lastText(fieldMap(operation), 1, operation) ?? '';
      if (/^custom/.test(type)) this.#custom(`has the operation ${type}, a class of the app`, type);
      each(operation, 4, (inner) => this.#block(inner, depth + 1));
      each(operation, 5, (attribute) => each(attribute, 2, (value) => this.#value(value)));
    });
  }

  /** A constant; large ones lie in a file beside the model. */
  #value(value: Message): void {
    each(value, 5, (blob) => {
      const name = lastText(fieldMap(blob), 1, blob) ?? '';
      const relative = /^@model_path\/(.*)$/s.exec(name)?.[1];
      const problem = relative === undefined ? 'is not in the folder of the model' : pathProblem(relative);
      const file = path.posix.join(this.#folder, relative ?? '');
      if (problem !== undefined) {
        this.#scope.report('MV304', `A constant is kept in '${name}', which ${problem}`, { symbol: name });
      } else if (!this.#scope.siblings.has(file)) {
        this.#scope.report('MV304', `A constant is kept in '${name}', which is no file of the model`, { symbol: name });
      } else this.#scope.claim(file);
    });
  }

  #custom(what: string, symbol: string): void {
    if (this.#scope.allow.has(`coreml.${symbol}`)) return;
    this.#scope.report('MV305', `The Core ML model ${what}, which must bring it`, { symbol });
  }

  #description(description: Message, isOutermost: boolean): void {
    each(description, 100, (metadata) => {
      for (const field of fieldsOf(metadata)) if (field.wire === 2) this.#metadata(field, metadata);
    });
    if (!isOutermost) return;
    const ports = (number: number): Port[] => {
      const found: Port[] = [];
      each(description, number, (feature) => found.push(portOf(feature)));
      return found;
    };
    this.#scope.facts.inputs = ports(1);
    this.#scope.facts.outputs = ports(10);
    this.#scope.facts.producer ??= 'Core ML';
  }

  /** Texts, and the author's own pairs of key and value. */
  #metadata(field: Field, metadata: Message): void {
    if (field.number !== 100)
      return scanMetadata('of the model', lastText(new Map([[0, [field]]]), 0, metadata) ?? '', this.#scope);
    const entry = messageOf(field, metadata);
    const fields = fieldMap(entry);
    scanMetadata(lastText(fields, 1, entry) ?? '', lastText(fields, 2, entry) ?? '', this.#scope);
  }
}

/** Calls `use` with every occurrence of a field that holds a message. */
function each(message: Message, number: number, use: (inner: Message) => void): void {
  for (const field of fieldsOf(message))
    if (field.number === number && field.wire === 2) use(messageOf(field, message));
}

const TYPES: Record<number, string> = {
  1: 'int64',
  2: 'double',
  3: 'string',
  4: 'image',
  6: 'dictionary',
  7: 'sequence',
};
const ELEMENTS: Record<number, string> = { 65552: 'float16', 65568: 'float32', 65600: 'double', 131104: 'int32' };

/** A FeatureDescription. */
function portOf(feature: Message): Port {
  const name = lastText(fieldMap(feature), 1, feature) ?? '';
  const port: Port = { name };
  each(feature, 3, (type) => {
    for (const field of fieldsOf(type)) {
      if (field.number === 5)
        port.type = `array(${ELEMENTS[fieldMap(messageOf(field, type)).get(2)?.at(-1)?.value ?? 0] ?? '?'})`;
      else port.type ??= TYPES[field.number];
    }
  });
  return port;
}
