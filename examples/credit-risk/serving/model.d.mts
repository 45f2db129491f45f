/** Types of model.mjs, which is plain JavaScript because the image runs it as it is. */
export class InstanceError extends Error {}

export function loadModel(folder: URL): Promise<{
  file: string;
  inputs: string[];
  predict: (instances: unknown[]) => Promise<Record<string, number | number[]>[]>;
}>;
