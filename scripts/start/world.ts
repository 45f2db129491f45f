import type { GitHubEmulator } from '@mlops-actions/github-emulator';
import { decodeLedger, type LedgerVerdict } from '@mlops-actions/vertex';

/** What stands in the registry, on the endpoint and in the repository's issues, as the emulators tell it. */
export interface World {
  versions: Version[];
  /** Traffic by version, in percent. */
  traffic: Record<string, number>;
  /** Calls of `UpdateEndpoint` so far: each traffic change is one. */
  trafficUpdates: number;
  /** Violated invariants, as the emulator found them. */
  violations: string[];
  incidents: Incident[];
}

/** An issue that the monitor keeps. */
export interface Incident {
  number: number;
  title: string;
  state: 'open' | 'closed';
  comments: number;
}

/** A version of the model. */
export interface Version {
  id: string;
  aliases: string[];
  imageDigest: string;
  modelDigest: string;
  /** Ids of the deployed models that serve it or stand by. */
  deployed: string[];
  /** Verdict of its latest time on the endpoint, from the ledger. */
  verdict: LedgerVerdict | undefined;
}

/** The part of the emulator's `/state` that is read here. */
interface EmulatorState {
  models: Record<
    string,
    { id: string; versions: { id: string; aliases: string[]; labels: Record<string, string>; imageDigest?: string }[] }
  >;
  endpoints: Record<
    string,
    {
      labels: Record<string, string>;
      deployedModels: { id: string; modelVersionId: string }[];
      trafficSplit: Record<string, number>;
    }
  >;
  violations: unknown[];
}

/** Reads the world back from the emulator's admin address and from what stands for GitHub. */
export async function readWorld(admin: string, github: GitHubEmulator, repository: string): Promise<World> {
  const [state, calls] = await Promise.all([
    get<EmulatorState>(`${admin}/state`),
    get<{ method: string; code?: string }[]>(`${admin}/calls`),
  ]);
  const endpoint = Object.values(state.endpoints)[0];
  const ledger = decodeLedger(endpoint?.labels ?? {}).entries;
  const versionOf = new Map(endpoint?.deployedModels.map(({ id, modelVersionId }) => [id, modelVersionId]));
  const traffic: Record<string, number> = {};
  for (const [id, percent] of Object.entries(endpoint?.trafficSplit ?? {})) {
    const version = versionOf.get(id) ?? `unknown deployed model ${id}`;
    traffic[version] = (traffic[version] ?? 0) + percent;
  }
  return {
    versions: Object.values(state.models).flatMap(({ versions }) =>
      versions.map((version) => ({
        id: version.id,
        aliases: version.aliases,
        imageDigest: version.imageDigest ?? '',
        modelDigest: version.labels['model-digest'] ?? '',
        deployed: [...versionOf].filter(([, id]) => id === version.id).map(([deployed]) => deployed),
        verdict: ledger.findLast((entry) => entry.versionId === version.id)?.verdict,
      })),
    ),
    traffic,
    trafficUpdates: calls.filter(({ method, code }) => method === 'EndpointService.UpdateEndpoint' && code === 'OK')
      .length,
    violations: state.violations.map((violation) => JSON.stringify(violation)),
    incidents: github.state(repository).issues.map(({ number, title, state: stands, comments }) => ({
      number,
      title,
      state: stands,
      comments: comments.length,
    })),
  };
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The emulator answered ${response.status} to ${url}.`);
  return (await response.json()) as T;
}
