import { invalid } from '../errors.ts';
import { page, type Call } from '../request.ts';
import { nodeId, type LabelAnswer } from '../shapes.ts';
import type { Label, RepositoryState } from '../state.ts';
import type { Access } from '../tokens.ts';
import { sameLabel } from '../world.ts';
import { issueIn } from './issues.ts';
import { found, repositoryUrl, type Route } from './route.ts';

const READ: Access = { issues: 'read', 'pull-requests': 'read' };
const WRITE: Access = { issues: 'write', 'pull-requests': 'write' };
const PAGE = 'rest/issues/labels';

export const LABEL_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '/labels',
    access: READ,
    documentation: `${PAGE}#list-labels-for-a-repository`,
    handle(call, repository) {
      const { items, headers } = page(call, `/repos/${repository.slug}/labels`, repository.labels);
      return { status: 200, headers, body: items.map((label) => labelAnswer(call, repository, label)) };
    },
  },
  {
    method: 'POST',
    path: '/labels',
    access: WRITE,
    documentation: `${PAGE}#create-a-label`,
    handle(call, repository, world) {
      const { body } = call;
      const name = body.requiredText('Label', 'name');
      const color = body.text('Label', 'color') ?? 'ededed';
      if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid('Label', 'color', 'invalid');
      const description = body.text('Label', 'description') ?? null;
      if (description !== null && description.length > 100) throw invalid('Label', 'description', 'invalid');
      if (repository.labels.some((label) => sameLabel(label.name, name)))
        throw invalid('Label', 'name', 'already_exists');
      const label: Label = { id: world.nextId(), name, color, description };
      repository.labels.push(label);
      return { status: 201, body: labelAnswer(call, repository, label) };
    },
  },
  {
    method: 'GET',
    path: '/labels/:name',
    access: READ,
    documentation: `${PAGE}#get-a-label`,
    handle(call, repository) {
      const name = call.parameters.get('name')!;
      const label = found(repository.labels.find((candidate) => sameLabel(candidate.name, name)));
      return { status: 200, body: labelAnswer(call, repository, label) };
    },
  },
  {
    method: 'GET',
    path: '/issues/:number/labels',
    access: READ,
    documentation: `${PAGE}#list-labels-for-an-issue`,
    handle: (call, repository) => ({ status: 200, body: labelsOf(call, repository, issueIn(call, repository).labels) }),
  },
  {
    method: 'POST',
    path: '/issues/:number/labels',
    access: WRITE,
    documentation: `${PAGE}#add-labels-to-an-issue`,
    handle(call, repository, world) {
      const issue = issueIn(call, repository);
      for (const name of call.body.names('Label', 'labels') ?? []) {
        world.ensureLabel(repository, name);
        if (!issue.labels.some((own) => sameLabel(own, name))) issue.labels.push(name);
      }
      issue.updatedAt = world.now();
      return { status: 200, body: labelsOf(call, repository, issue.labels) };
    },
  },
  {
    method: 'DELETE',
    path: '/issues/:number/labels/:name',
    access: WRITE,
    documentation: `${PAGE}#remove-a-label-from-an-issue`,
    handle(call, repository, world) {
      const issue = issueIn(call, repository);
      const name = found(issue.labels.find((own) => sameLabel(own, call.parameters.get('name')!)));
      issue.labels = issue.labels.filter((own) => own !== name);
      issue.updatedAt = world.now();
      return { status: 200, body: labelsOf(call, repository, issue.labels) };
    },
  },
];

function labelsOf(call: Call, repository: RepositoryState, names: readonly string[]): LabelAnswer[] {
  return names.map((name) =>
    labelAnswer(
      call,
      repository,
      repository.labels.find((label) => sameLabel(label.name, name))!,
    ),
  );
}

export function labelAnswer(call: Call, repository: RepositoryState, label: Label): LabelAnswer {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${repositoryUrl(call, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    description: label.description,
    default: false,
  };
}
