import { describe, expect, test } from '@jest/globals';
import { formatReference, isLoopback, parseReference } from '@mlops-actions/oci';
import fc from 'fast-check';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

describe('references', () => {
  test.each([
    ['python', { registry: 'docker.io', name: 'library/python' }],
    ['python:3.12', { registry: 'docker.io', name: 'library/python', tag: '3.12' }],
    ['team/model', { registry: 'docker.io', name: 'team/model' }],
    ['index.docker.io/team/model', { registry: 'docker.io', name: 'team/model' }],
    ['localhost/model', { registry: 'localhost', name: 'model' }],
    ['127.0.0.1:5000/a/b__c:v1', { registry: '127.0.0.1:5000', name: 'a/b__c', tag: 'v1' }],
    ['[::1]:5000/a', { registry: '[::1]:5000', name: 'a' }],
    [
      `europe-west4-docker.pkg.dev/p/r/model:v1@${DIGEST}`,
      { registry: 'europe-west4-docker.pkg.dev', name: 'p/r/model', tag: 'v1', digest: DIGEST },
    ],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  test.each([
    '',
    ':tag',
    'a/',
    '/a',
    'a//b',
    'Team/Model',
    'registry.io/Team/model',
    'a:',
    'a:b c',
    `a:${'x'.repeat(129)}`,
    'a@sha256:abc',
    `a@sha512:${'a'.repeat(128)}`,
    'a/../b',
    'registry.io:port/a',
    'a\n::set-output',
    'a'.repeat(256),
  ])('%j is refused', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  test('writing and reading give the same', () => {
    const component = fc.stringMatching(/^[a-z0-9]+((\.|_|__|-{1,3})[a-z0-9]+){0,2}$/);
    const host = fc.constantFrom('docker.io', 'localhost:5000', 'eu-docker.pkg.dev', 'ghcr.io', '[::1]:1');
    const reference = fc.record(
      {
        registry: host,
        name: fc.array(component, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
        digest: fc.constant(DIGEST),
      },
      { requiredKeys: ['registry', 'name'] },
    );
    fc.assert(fc.property(reference, (value) => expect(parseReference(formatReference(value))).toEqual(value)));
  });

  test('only addresses of this machine are loopback', () => {
    expect(['localhost', 'localhost:5000', '127.0.0.1', '127.1.2.3:80', '[::1]:5000'].every(isLoopback)).toBe(true);
    expect(
      ['localhost.evil.com', '127.0.0.1.evil.com', '128.0.0.1', '10.0.0.1:5000', 'docker.io'].some(isLoopback),
    ).toBe(false);
  });
});
