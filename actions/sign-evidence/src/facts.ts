import { PREDICATE_BASE, type Statement, type Verdict } from '@mlops-actions/action-kit';

/** What a statement of an action says; `undefined` where it says nothing of it. */
export interface Facts {
  action: string;
  /** `undefined` of a dry run, too: what would have been done was not. */
  verdict: Verdict | undefined;
  /** Digests, `sha256:...`. */
  model: string | undefined;
  image: string | undefined;
  /** Name of the image without its digest. */
  imageName: string | undefined;
  /** `projects/P/locations/L/models/ID@N`. */
  version: string | undefined;
  /** `projects/P/locations/L/endpoints/ID`. */
  endpoint: string | undefined;
  /** `OWNER/NAME` and id of the run. */
  run: string | undefined;
  commit: string | undefined;
  /** Logins of those who approved and had no hand in it. */
  approvedBy: string[];
  /** Digest of the gate's policy. */
  policy: string | undefined;
}

const VERDICTS: readonly string[] = ['pass', 'fail', 'inconclusive'] satisfies Verdict[];

/** Reads a statement; undefined if it is of none of this project's actions. What has another form than expected says nothing. */
export function factsOf(statement: Statement): Facts | undefined {
  if (!statement.predicateType.startsWith(`${PREDICATE_BASE}/`)) return undefined;
  const action = /^\/([a-z-]+)\/v1$/.exec(statement.predicateType.slice(PREDICATE_BASE.length))?.[1];
  if (action === undefined) return undefined;
  const report = statement.predicate;
  const dryRun = at(report, 'dryRun') === true;
  const verdict = dryRun ? undefined : text(report, 'verdict');
  const [project, region] = [text(report, 'place', 'project'), text(report, 'place', 'region')];
  const within = (kind: string, id: string | undefined): string | undefined =>
    dryRun || project === undefined || region === undefined || id === undefined
      ? undefined
      : `projects/${project}/locations/${region}/${kind}/${id}`;
  const image =
    text(report, 'imageDigest') ??
    text(report, 'servedDigest') ??
    text(report, 'image', 'digest') ??
    text(report, 'digest');
  return {
    action,
    verdict: VERDICTS.includes(verdict ?? '') ? (verdict as Verdict) : undefined,
    model: text(report, 'modelDigest') ?? text(report, 'candidate', 'modelDigest') ?? text(report, 'model', 'digest'),
    image: image?.startsWith('sha256:') ? image : undefined,
    imageName: subjectWith(statement, image),
    version: within('models', versionOf(report)),
    endpoint: within('endpoints', action === 'register-version' ? undefined : text(report, 'endpoint')),
    run: runOf(report),
    commit: text(report, 'run', 'commit'),
    approvedBy: texts(at(report, 'approval', 'approvedBy')),
    policy: text(report, 'policyDigest'),
  };
}

function versionOf(report: unknown): string | undefined {
  const deployed = [text(report, 'modelVersion', 'modelId'), text(report, 'modelVersion', 'versionId')];
  const registered = [text(report, 'model', 'id'), text(report, 'version')];
  const [id, version] = deployed[0] === undefined ? registered : deployed;
  return id === undefined || version === undefined ? undefined : `${id}@${version}`;
}

function runOf(report: unknown): string | undefined {
  const [repository, id] = [text(report, 'run', 'repository'), text(report, 'run', 'runId')];
  return repository === undefined || id === undefined ? undefined : `${repository} ${id}`;
}

function subjectWith({ subject }: Statement, digest: string | undefined): string | undefined {
  return subject.find(
    (each) => `sha256:${String(at(each, 'digest', 'sha256'))}` === digest && typeof each.name === 'string',
  )?.name;
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

/** A text that says something. */
function text(value: unknown, ...keys: string[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
