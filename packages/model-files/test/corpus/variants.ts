import { op, pickle } from '../helpers/assembler.ts';
import { CONTAINERS } from './containers.ts';
import { ENCODINGS, MACHINE_TRICKS } from './encodings.ts';
import { FORMAT_ATTACKS } from './formats.ts';
import { GADGETS } from './gadgets.ts';
import { PUBLISHED } from './published/index.ts';

/** A malicious file of the corpus. */
export interface Variant {
  /** What the figures are summed by: `gadget/command`, `encoding`, `container`, `machine`, `format/onnx`. */
  family: string;
  technique: string;
  /** File name. */
  name: string;
  content: Buffer;
}

/** Gadgets that are written in every encoding: one of each family. */
const REPRESENTATIVES = GADGETS.filter(
  (gadget, index) => GADGETS.findIndex(({ family }) => family === gadget.family) === index,
);

const ENCODED_PLAINLY = ENCODINGS.filter(({ technique }) =>
  /^(GLOBAL, REDUCE|STACK_GLOBAL, protocol 4)/.test(technique),
);

/**
 * The malicious corpus: every gadget in the plain encodings, a gadget of each family in every encoding, two payloads in every container, what
 * needs no gadget, the other formats, and what was published elsewhere. Nothing in it comes from elsewhere, and the same call gives the same bytes.
 */
export function maliciousVariants(): Variant[] {
  const gadgets = GADGETS.flatMap((gadget) =>
    ENCODED_PLAINLY.map(({ technique, encode }) => ({
      family: `gadget/${gadget.family}`,
      technique: `${gadget.module}.${gadget.name}: ${technique}`,
      name: 'model.pkl',
      content: encode(gadget),
    })),
  );
  const encodings = REPRESENTATIVES.flatMap((gadget) =>
    ENCODINGS.filter((encoding) => !ENCODED_PLAINLY.includes(encoding)).map(({ technique, encode }) => ({
      family: 'encoding',
      technique: `${technique}: ${gadget.module}.${gadget.name}`,
      name: 'model.pkl',
      content: encode(gadget),
    })),
  );
  const payloads = [
    pickle(2, op.global('os', 'system'), op.text4('true'), op.tuple1, op.reduce),
    pickle(0, op.global('my_package.hooks', 'run'), op.mark, op.string("'x'"), op.tuple, op.reduce),
  ];
  const containers = CONTAINERS.flatMap(({ technique, name, wrap }) =>
    payloads.map((payload, index) => ({
      family: 'container',
      technique: `${technique}: payload ${index + 1}`,
      name,
      content: wrap(payload),
    })),
  );
  const tricks = MACHINE_TRICKS.map(([technique, content]) => ({
    family: 'machine',
    technique,
    name: 'model.pkl',
    content,
  }));
  const formats = FORMAT_ATTACKS.map(([family, technique, name, content]) => ({
    family: `format/${family}`,
    technique,
    name,
    content,
  }));
  const published = Object.entries(PUBLISHED).flatMap(([family, attacks]) =>
    attacks.map(([technique, name, content]) => ({ family: `published/${family}`, technique, name, content })),
  );
  return [...gadgets, ...encodings, ...containers, ...tricks, ...formats, ...published];
}
