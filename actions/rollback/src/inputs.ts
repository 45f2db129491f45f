import {
  log,
  messageOf,
  parseDuration,
  readCommonInputs,
  UserError,
  type CommonInputs,
  type InputReader,
} from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import {
  checkEndpointId,
  checkHost,
  readProbeFile,
  requirePlace,
  type Place,
  type ProbeCase,
} from '@mlops-actions/vertex';

/** The inputs as they were given. Durations are milliseconds. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  endpointId?: string | undefined;
  to?: string | undefined;
  from?: string | undefined;
  reason: string;
  force?: boolean | undefined;
  championAliases?: boolean | undefined;
  drill?: boolean | undefined;
  probePath?: string | undefined;
  probeSettle?: number | undefined;
  predictionHost?: string | undefined;
  timeout?: number | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    endpointId: reader.text('endpoint-id'),
    to: reader.text('to'),
    from: reader.text('from'),
    reason: reader.required('reason'),
    force: reader.flag('force'),
    championAliases: reader.flag('champion-aliases'),
    drill: reader.flag('drill'),
    probePath: reader.text('probe-path'),
    probeSettle: reader.duration('probe-settle', { min: 0 }),
    predictionHost: reader.text('prediction-host'),
    timeout: reader.duration('timeout', { min: 1000 }),
  };
}

/** What is to be rolled back: the inputs, checked, with model.yaml under them. Durations are milliseconds. */
export interface Rollback {
  place: Place;
  endpointId: string;
  to: string;
  /** The version or deployed model that is to be taken back; `undefined`: whatever serves. */
  from: string | undefined;
  /** The model that bare version numbers belong to where nothing serves. */
  modelId: string | undefined;
  reason: string;
  force: boolean;
  /** Whether `champion` and `previous-champion` follow the traffic. */
  championAliases: boolean;
  /** Prove the way back, and move nothing. */
  drill: boolean;
  cases: readonly ProbeCase[] | undefined;
  settle: number;
  /** Where this network reaches the endpoint, if not at the API or its own host. */
  predictionHost: string | undefined;
  timeout: number;
}

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Rollback> {
  const loaded = await manifestOf(inputs);
  const manifest: Partial<ResolvedManifest> = loaded?.manifest ?? {};
  const { model, registry, image, endpoint = {} } = manifest;

  const endpointId = inputs.endpointId ?? endpoint['endpoint-id'] ?? model?.name;
  if (endpointId === undefined) {
    throw new UserError('It is not said which endpoint to roll back.', {
      fix: "Set 'endpoint-id', or endpoint.endpoint-id or model.name in model.yaml.",
    });
  }
  if (inputs.drill && inputs.dryRun) {
    throw new UserError(
      "'drill' and 'dry-run' are two things: a drill asks the endpoint for an update that changes nothing.",
      {
        fix: 'Set one of them.',
      },
    );
  }
  const place = requirePlace(inputs.projectId ?? manifest['project-id'], inputs.region ?? manifest.region);
  const host = inputs.predictionHost ?? endpoint['prediction-host'];
  const pathInManifest = endpoint['probe-path'] ?? image?.['golden-path'];
  return {
    place,
    endpointId: checkEndpointId(endpointId),
    to: inputs.to ?? 'previous',
    from: inputs.from,
    modelId: registry?.['model-id'] ?? model?.name,
    reason: inputs.reason,
    force: inputs.force ?? false,
    championAliases: inputs.championAliases ?? endpoint['champion-aliases'] ?? true,
    drill: inputs.drill ?? false,
    cases:
      inputs.probePath !== undefined
        ? await readProbeFile(inputs.probePath)
        : pathInManifest === undefined || loaded === undefined
          ? undefined
          : await readOptionalProbes(loaded.resolve(pathInManifest)),
    settle: inputs.probeSettle ?? 30_000,
    predictionHost: host === undefined ? undefined : checkHost(host),
    timeout: inputs.timeout ?? parseDuration(endpoint.timeout ?? '60m') ?? 0,
  };
}

/** A probe set that nobody asked for on this step must not stand in the way of a rollback. */
async function readOptionalProbes(file: string): Promise<ProbeCase[] | undefined> {
  try {
    return await readProbeFile(file);
  } catch (error) {
    log.warning(`The rollback will not be probed: ${messageOf(error)}`);
    return undefined;
  }
}
