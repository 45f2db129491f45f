import { UserError } from '@mlops-actions/action-kit';
import type { Gate, LoadedManifest } from '@mlops-actions/manifest';
import type { Place } from '@mlops-actions/vertex';
import type { Inputs } from './inputs.ts';
import type { Policy } from './policy.ts';

/** Whom the candidate is compared with. */
export type Champion =
  | { kind: 'file'; path: string; modelDigest: string | undefined }
  /** The version behind the alias `champion`, and whether there may be none. */
  | { kind: 'registry'; place: Place; modelId: string; modelDigest: string | undefined; firstRelease: boolean }
  /** The user said that no model serves yet. */
  | { kind: 'none' }
  /** Nobody was named, and no check needs one. */
  | { kind: 'not-needed' };

/** A path of model.yaml, which is relative to its folder. */
export const resolved = (loaded: LoadedManifest | undefined, relative: string | undefined): string | undefined =>
  relative === undefined ? undefined : loaded?.resolve(relative);

/** @throws UserError if a check compares and nobody is named, or the registry cannot answer what the policy asks */
export function championOf(inputs: Inputs, loaded: LoadedManifest | undefined, policy: Policy, gate: Gate): Champion {
  const own = loaded?.manifest.gate?.champion;
  const champion = inputs.champion ?? (own === 'none' || own === 'registry' ? own : resolved(loaded, own));
  if (champion === 'registry') return registryChampion(inputs, loaded, policy, gate);
  if (champion === 'none') {
    if (inputs.championModelDigest !== undefined) {
      throw new UserError("Input 'champion' is none, yet 'champion-model-digest' names a champion.");
    }
    if (!policy.checks.some((check) => check.blocking && check.requirement.kind === 'bound')) {
      throw new UserError('There is no champion, and the policy has no blocking check that does without one.', {
        fix: 'Add a check with a bound: a first model must be good in itself.',
      });
    }
    return { kind: 'none' };
  }
  if (champion !== undefined) return { kind: 'file', path: champion, modelDigest: inputs.championModelDigest };
  const relative = policy.checks.find((check) => check.requirement.kind !== 'bound');
  if (relative === undefined) return { kind: 'not-needed' };
  throw new UserError(`The check '${relative.name}' compares with a champion, and none is named.`, {
    fix: "Set the input 'champion', or gate.champion in model.yaml, to its predictions; or to 'none' if no model serves yet.",
  });
}

function registryChampion(inputs: Inputs, loaded: LoadedManifest | undefined, policy: Policy, gate: Gate): Champion {
  const sliced = policy.checks.find((check) => check.slice !== undefined && check.requirement.kind !== 'bound');
  if (sliced !== undefined) {
    throw new UserError(`The check '${sliced.name}' compares slices with the champion's, and the registry has none.`, {
      fix: 'Give the predictions of the model that serves now, or a bound.',
    });
  }
  const manifest = loaded?.manifest;
  const modelId = inputs.modelId ?? manifest?.registry?.['model-id'] ?? manifest?.model.name;
  const [project, region] = [inputs.projectId ?? manifest?.['project-id'], inputs.region ?? manifest?.region];
  if (modelId === undefined || project === undefined || region === undefined) {
    throw new UserError('It is not said in which registry, and of which model, the champion is.', {
      fix: "Set 'project-id', 'region' and 'model-id', or model.yaml's project-id, region and registry.model-id.",
    });
  }
  return {
    kind: 'registry',
    place: { project, region },
    modelId,
    modelDigest: inputs.championModelDigest,
    firstRelease: gate['first-release'] === 'allow',
  };
}
