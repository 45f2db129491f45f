import { ARCHIVE_ATTACKS } from './archives.ts';
import type { Attack } from './bytes.ts';
import { FILE_ATTACKS } from './files.ts';
import { GADGET_ATTACKS } from './gadgets.ts';
import { KERAS_ATTACKS, ONNX_ATTACKS, TENSORFLOW_ATTACKS } from './graphs.ts';
import { MACHINE_ATTACKS } from './machine.ts';
import { SECRET_ATTACKS } from './secrets.ts';
import { CONFIGURATION_ATTACKS, TEMPLATE_ATTACKS } from './texts.ts';

/** Variants of techniques that were published as bypasses of scanners, or as holes of loaders, by what they are about. */
export const PUBLISHED: Readonly<Record<string, readonly Attack[]>> = {
  gadget: GADGET_ATTACKS,
  machine: MACHINE_ATTACKS,
  keras: KERAS_ATTACKS,
  tensorflow: TENSORFLOW_ATTACKS,
  onnx: ONNX_ATTACKS,
  template: TEMPLATE_ATTACKS,
  configuration: CONFIGURATION_ATTACKS,
  file: FILE_ATTACKS,
  archive: ARCHIVE_ATTACKS,
  secret: SECRET_ATTACKS,
};
