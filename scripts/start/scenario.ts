import type { RunResult } from '@mlops-actions/rehearsal';
import type { World } from './world.ts';

/** One thing that must be true after an act. */
export interface Expectation {
  what: string;
  met: boolean;
}

/** A workflow that is run, and what it must lead to. */
export interface Act {
  title: string;
  workflow: 'release.yml' | 'rollback.yml' | 'monitor.yml';
  /** What somebody fills in, or the event of the act before that starts it. */
  start: { inputs: Record<string, string> } | { dispatch: string };
  expect(result: RunResult, before: World, after: World): Expectation[];
}

const REPOSITORY = 'models/credit-risk';

/** The story that `npm start` tells, with a base image and a registry that stand on this machine. */
export function scenario(baseImage: string, registry: string): Act[] {
  const release = (version: string, champion: string): Act['start'] => ({
    inputs: {
      version,
      champion,
      environment: 'qa',
      'base-image': baseImage,
      'image-tags': `${registry}/${REPOSITORY}:${version}`,
    },
  });
  const month = (name: string, asOf: string): Act['start'] => ({
    inputs: { month: name, 'as-of': asOf, environment: 'qa' },
  });
  return [
    {
      title: 'The scorecard is released to an empty endpoint',
      workflow: 'release.yml',
      start: release('1-scorecard', 'none'),
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'its image is signed by the identity of the run', met: says(result, 'build', 'Signed the image') },
        { what: 'its record is signed, and passes', met: recorded(result) === 'pass' },
        { what: 'nothing was served before', met: Object.keys(before.traffic).length === 0 },
        { what: 'version 1 has all traffic', met: isSplit(after, { '1': 100 }) },
      ],
    },
    {
      title: 'Gradient boosting replaces it, by canary',
      workflow: 'release.yml',
      start: release('2-gradient-boosting', '1-scorecard'),
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'the traffic moved in three steps', met: after.trafficUpdates - before.trafficUpdates >= 3 },
        { what: 'version 2 has all traffic', met: isSplit(after, { '2': 100 }) },
        { what: 'version 1 stands by without traffic', met: versionOf(after, '1')?.deployed.length === 1 },
        {
          what: "the registry's default is still version 1",
          met: versionOf(after, '1')?.aliases.includes('default') === true,
        },
      ],
    },
    {
      title: 'An overfitted model is stopped by the gate',
      workflow: 'release.yml',
      start: release('3-overfitted', '2-gradient-boosting'),
      expect: (result, before, after) => [
        { what: 'the gate fails', met: jobConclusion(result, 'gate') === 'failure' },
        { what: 'the deployment does not start', met: jobConclusion(result, 'deploy') === 'skipped' },
        { what: 'that it was stopped is signed too', met: recorded(result) === 'fail' },
        { what: 'it is in the registry, and nowhere else', met: versionOf(after, '3')?.deployed.length === 0 },
        { what: 'the traffic is as it was', met: isUntouched(before, after) },
      ],
    },
    {
      title: 'A poisoned pickle is stopped by the scan',
      workflow: 'release.yml',
      start: release('4-poisoned', '2-gradient-boosting'),
      expect: (result, before, after) => [
        { what: 'the validation fails', met: jobConclusion(result, 'validate') === 'failure' },
        { what: 'nothing is built', met: jobConclusion(result, 'build') === 'skipped' },
        { what: 'nothing is registered', met: after.versions.length === before.versions.length },
        { what: 'the traffic is as it was', met: isUntouched(before, after) },
      ],
    },
    {
      title: 'The monitor passes a month like the one that the model learned from',
      workflow: 'monitor.yml',
      start: month('2026-08', '2026-09-08'),
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'there is no incident', met: after.incidents.length === 0 },
        { what: 'nothing is dispatched', met: result.dispatched.length === 0 },
        { what: 'the traffic is as it was', met: isUntouched(before, after) },
      ],
    },
    {
      title: 'Another public comes: the monitor opens an incident',
      workflow: 'monitor.yml',
      start: month('2026-09', '2026-10-08'),
      expect: (result, before, after) => [
        { what: 'there is one incident, and it is open', met: states(after) === 'open' },
        { what: 'a rollback is dispatched, once', met: dispatches(result) === 'mlops-rollback' },
        { what: 'the monitor itself moves no traffic', met: isUntouched(before, after) },
      ],
    },
    {
      title: 'Its dispatch takes the release back',
      workflow: 'rollback.yml',
      start: { dispatch: 'mlops-rollback' },
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'it took one traffic update', met: after.trafficUpdates - before.trafficUpdates === 1 },
        { what: 'version 1 has all traffic again', met: isSplit(after, { '1': 100 }) },
        { what: 'version 2 is marked as rolled back', met: versionOf(after, '2')?.verdict === 'rolled-back' },
        { what: 'it is told in the one incident', met: states(after) === 'open' && told(before, after) },
      ],
    },
    {
      title: 'A column comes broken: that is for people, and for no rollback',
      workflow: 'monitor.yml',
      start: month('2026-10', '2026-11-01'),
      expect: (result, before, after) => [
        { what: 'the incident is open, and told of it', met: states(after) === 'open' && told(before, after) },
        { what: 'nothing is dispatched', met: result.dispatched.length === 0 },
        { what: 'the traffic is as it was', met: isUntouched(before, after) },
      ],
    },
  ];
}

/** Whether nobody moved any traffic. */
function isUntouched(before: World, after: World): boolean {
  return isSplit(after, before.traffic) && after.trafficUpdates === before.trafficUpdates;
}

const states = ({ incidents }: World): string => incidents.map(({ state }) => state).join(', ');

const dispatches = ({ dispatched }: RunResult): string =>
  dispatched.map((event) => (event.event === 'repository_dispatch' ? event.eventType : event.workflow)).join(', ');

/** Whether an incident that stood before was commented on. */
function told(before: World, after: World): boolean {
  return after.incidents.some(({ number, comments }) => {
    const earlier = before.incidents.find((incident) => incident.number === number);
    return earlier !== undefined && comments > earlier.comments;
  });
}

function versionOf(world: World, id: string): World['versions'][number] | undefined {
  return world.versions.find((version) => version.id === id);
}

function isSplit(world: World, split: Record<string, number>): boolean {
  const ids = new Set([...Object.keys(world.traffic), ...Object.keys(split)]);
  return [...ids].every((id) => (world.traffic[id] ?? 0) === (split[id] ?? 0));
}

/** A job of the called workflow, such as `release/gate`. */
const jobOf = ({ jobs }: RunResult, id: string): RunResult['jobs'][number] | undefined =>
  jobs.find((job) => job.id.endsWith(`/${id}`));

const jobConclusion = (result: RunResult, id: string): string | undefined => jobOf(result, id)?.conclusion;

/** Whether a line stands in the log of a job. */
/** How the release ended by its signed record. */
const recorded = (result: RunResult): string | undefined => jobOf(result, 'record')?.outputs['release-verdict'];

const says = (result: RunResult, id: string, line: string): boolean =>
  jobOf(result, id)?.steps.some(({ log }) => log.some(({ text }) => text === line)) === true;
