import { ApiError } from '../errors.ts';
import { page, type Answer, type Call } from '../request.ts';
import { nodeId, type ArtifactAnswer } from '../shapes.ts';
import type { Artifact, RepositoryState } from '../state.ts';
import { found, numberIn, repositoryUrl, type Route } from './route.ts';

const PAGE = 'rest/actions/artifacts';
const RETENTION_MS = 90 * 24 * 3600 * 1000;

/** @param link makes the signed address of an archive, which is good for a minute and needs no token */
export function artifactRoutes(link: (artifact: Artifact) => string): Route[] {
  return [
    {
      method: 'GET',
      path: '/actions/artifacts',
      access: { actions: 'read' },
      documentation: `${PAGE}#list-artifacts-for-a-repository`,
      handle: (call, repository) => list(call, repository, 'actions/artifacts', repository.artifacts),
    },
    {
      method: 'GET',
      path: '/actions/runs/:id/artifacts',
      access: { actions: 'read' },
      documentation: `${PAGE}#list-workflow-run-artifacts`,
      handle(call, repository) {
        const id = numberIn(call, 'id');
        const ofRun = repository.artifacts.filter((artifact) => artifact.runId === id);
        return list(call, repository, `actions/runs/${id}/artifacts`, ofRun);
      },
    },
    {
      method: 'GET',
      path: '/actions/artifacts/:id',
      access: { actions: 'read' },
      documentation: `${PAGE}#get-an-artifact`,
      handle: (call, repository) => ({
        status: 200,
        body: artifactAnswer(call, repository, artifactIn(call, repository)),
      }),
    },
    {
      method: 'GET',
      path: '/actions/artifacts/:id/zip',
      access: { actions: 'read' },
      documentation: `${PAGE}#download-an-artifact`,
      handle(call, repository) {
        const artifact = artifactIn(call, repository);
        if (artifact.expired)
          throw new ApiError(410, 'Artifact has expired', { documentation: `${PAGE}#download-an-artifact` });
        return { status: 302, headers: { location: link(artifact) } };
      },
    },
    {
      method: 'DELETE',
      path: '/actions/artifacts/:id',
      access: { actions: 'write' },
      documentation: `${PAGE}#delete-an-artifact`,
      handle(call, repository, world) {
        const artifact = artifactIn(call, repository);
        repository.artifacts = repository.artifacts.filter((other) => other !== artifact);
        world.forgetContents(artifact.id);
        return { status: 204 };
      },
    },
  ];
}

function artifactIn(call: Call, repository: RepositoryState): Artifact {
  const id = numberIn(call, 'id');
  return found(repository.artifacts.find((artifact) => artifact.id === id));
}

/** Newest first, by name if the query gives one. */
function list(call: Call, repository: RepositoryState, path: string, artifacts: readonly Artifact[]): Answer {
  const name = call.query.get('name');
  const chosen = artifacts.filter((artifact) => name === null || artifact.name === name).reverse();
  const { items, headers } = page(call, `/repos/${repository.slug}/${path}`, chosen);
  return {
    status: 200,
    headers,
    body: {
      total_count: chosen.length,
      artifacts: items.map((artifact) => artifactAnswer(call, repository, artifact)),
    },
  };
}

function artifactAnswer(call: Call, repository: RepositoryState, artifact: Artifact): ArtifactAnswer {
  const url = `${repositoryUrl(call, repository)}/actions/artifacts/${artifact.id}`;
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.bytes,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired,
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: new Date(Date.parse(artifact.createdAt) + RETENTION_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
    workflow_run: {
      id: artifact.runId,
      repository_id: repository.id,
      head_repository_id: artifact.headRepositoryId,
      head_branch: artifact.headBranch,
      head_sha: artifact.headSha,
    },
  };
}
