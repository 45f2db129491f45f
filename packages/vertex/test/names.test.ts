import { describe, expect, test } from '@jest/globals';
import {
  checkAlias,
  checkEndpointId,
  checkModelId,
  checkPlace,
  lastSegment,
  modelVersionName,
  parseModelVersion,
  requirePlace,
} from '../src/names.ts';

const place = { project: 'acme-qa', region: 'europe-west4' };

describe('parseModelVersion', () => {
  test.each([
    ['3', 'credit-risk'],
    ['credit-risk@3', undefined],
    ['models/credit-risk@3', 'other'],
    ['projects/acme-qa/locations/europe-west4/models/credit-risk@3', undefined],
    ['projects/123456/locations/europe-west4/models/credit-risk@3', undefined],
  ])('%s', (text, modelId) => {
    expect(parseModelVersion(text, place, modelId)).toEqual({ modelId: 'credit-risk', versionId: '3' });
  });

  test.each([
    ['an alias', 'credit-risk@champion', /does not name a version/],
    ['default', 'credit-risk@default', /does not name a version/],
    ['a bare model', 'credit-risk', /does not name a version/],
    ['a bare model by its full name', 'projects/p/locations/europe-west4/models/m', /does not name a version/],
    ['version zero', 'credit-risk@0', /does not name a version/],
    ['nothing', '', /does not name a version/],
    ['two versions', 'a@1@2', /does not name a version/],
    ['a number without a model', '3', /which model/],
    ['another region', 'projects/acme-qa/locations/us-central1/models/m@3', /us-central1, not in europe-west4/],
    ['another project', 'projects/acme-prod/locations/europe-west4/models/m@3', /acme-prod, not in acme-qa/],
    ['a display name', 'Credit Risk@3', /not a model id/],
    ['a path', '../../x@3', /does not name a version/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseModelVersion(text, place)).toThrow(message);
  });
});

test('names are made from their parts', () => {
  const name = modelVersionName(place, { modelId: 'm', versionId: '2' });
  expect(name).toBe('projects/acme-qa/locations/europe-west4/models/m@2');
  expect(lastSegment(name)).toBe('m');
});

describe('checks', () => {
  test.each(['champion', 'v1-2', 'ab'])('alias %s', (alias) => {
    expect(checkAlias(alias)).toBe(alias);
  });
  test.each(['default', 'Champion', '3', 'a', 'a-', '-a', 'a_b', 'a'.repeat(129)])('refuses the alias %s', (alias) => {
    expect(() => checkAlias(alias)).toThrow(/alias/);
  });
  test.each(['m', 'credit_risk-2', '1234567890123456789'])('model %s', (id) => {
    expect(checkModelId(id)).toBe(id);
  });
  test.each(['', 'M', '-m', '1m', 'a/b', 'm@1', 'a'.repeat(64)])('refuses the model %s', (id) => {
    expect(() => checkModelId(id)).toThrow(/not a model id/);
  });
  test.each(['e', 'credit-risk', '1234567890123456789'])('endpoint %s', (id) => {
    expect(checkEndpointId(id)).toBe(id);
  });
  test.each(['', 'E', 'e-', 'a_b', 'a/b', '../x', '1e'])('refuses the endpoint %s', (id) => {
    expect(() => checkEndpointId(id)).toThrow(/not an endpoint id/);
  });
  test.each(['acme-qa', '123456789', 'example.com:acme-qa'])('project %s', (project) => {
    expect(checkPlace({ project, region: 'us-central1' }).project).toBe(project);
  });
  test.each([
    ['acme/qa', 'us-central1'],
    ['acme-qa', 'global'],
    ['acme-qa', 'us'],
    ['acme-qa', 'evil.example.com#europe-west4'],
  ])('refuses %s in %s', (project, region) => {
    expect(() => checkPlace({ project, region })).toThrow();
  });
  test('a place that is not said names the input', () => {
    expect(() => requirePlace('acme-qa', undefined)).toThrow(/which region/);
  });
});
