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
  workflow: 'release.yml' | 'rollback.yml';
  inputs: Record<string, string>;
  expect(result: RunResult, before: World, after: World): Expectation[];
}

const REPOSITORY = 'models/credit-risk';

/** The story that `npm start` tells, with a base image and a registry that stand on this machine. */
export function scenario(baseImage: string, registry: string): Act[] {
  const release = (version: string, champion: string): Record<string, string> => ({
    version,
    champion,
    environment: 'qa',
    'base-image': baseImage,
    'image-tags': `${registry}/${REPOSITORY}:${version}`,
  });
  return [
    {
      title: 'The scorecard is released to an empty endpoint',
      workflow: 'release.yml',
      inputs: release('1-scorecard', 'none'),
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'nothing was served before', met: Object.keys(before.traffic).length === 0 },
        { what: 'version 1 has all traffic', met: isSplit(after, { '1': 100 }) },
      ],
    },
    {
      title: 'Gradient boosting replaces it, by canary',
      workflow: 'release.yml',
      inputs: release('2-gradient-boosting', '1-scorecard'),
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
      inputs: release('3-overfitted', '2-gradient-boosting'),
      expect: (result, before, after) => [
        { what: 'the gate fails', met: jobConclusion(result, 'gate') === 'failure' },
        { what: 'the deployment does not start', met: jobConclusion(result, 'deploy') === 'skipped' },
        { what: 'it is in the registry, and nowhere else', met: versionOf(after, '3')?.deployed.length === 0 },
        {
          what: 'the traffic is as it was',
          met: isSplit(after, before.traffic) && after.trafficUpdates === before.trafficUpdates,
        },
      ],
    },
    {
      title: 'A poisoned pickle is stopped by the scan',
      workflow: 'release.yml',
      inputs: release('4-poisoned', '2-gradient-boosting'),
      expect: (result, before, after) => [
        { what: 'the validation fails', met: jobConclusion(result, 'validate') === 'failure' },
        { what: 'nothing is built', met: jobConclusion(result, 'build') === 'skipped' },
        { what: 'nothing is registered', met: after.versions.length === before.versions.length },
        {
          what: 'the traffic is as it was',
          met: isSplit(after, before.traffic) && after.trafficUpdates === before.trafficUpdates,
        },
      ],
    },
    {
      title: 'The release is taken back',
      workflow: 'rollback.yml',
      inputs: { environment: 'qa', reason: 'Complaints about declined applications rose', to: 'previous' },
      expect: (result, before, after) => [
        { what: 'the workflow succeeds', met: result.conclusion === 'success' },
        { what: 'it took one traffic update', met: after.trafficUpdates - before.trafficUpdates === 1 },
        { what: 'version 1 has all traffic again', met: isSplit(after, { '1': 100 }) },
        { what: 'version 2 is marked as rolled back', met: versionOf(after, '2')?.verdict === 'rolled-back' },
      ],
    },
  ];
}

function versionOf(world: World, id: string): World['versions'][number] | undefined {
  return world.versions.find((version) => version.id === id);
}

function isSplit(world: World, split: Record<string, number>): boolean {
  const ids = new Set([...Object.keys(world.traffic), ...Object.keys(split)]);
  return [...ids].every((id) => (world.traffic[id] ?? 0) === (split[id] ?? 0));
}

/** Conclusion of a job of the called workflow, such as `release/gate`. */
function jobConclusion(result: RunResult, id: string): string | undefined {
  return result.jobs.find((job) => job.id.endsWith(`/${id}`))?.conclusion;
}
