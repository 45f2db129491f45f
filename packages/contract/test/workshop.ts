import type { Contract } from '../src/index.ts';
import { parseContract } from '../src/index.ts';

/** A contract with the parts that every contract must have. */
export const contractOf = (parts: Record<string, unknown>): Contract =>
  parseContract(JSON.stringify(documentOf(parts)), 'contract.yaml');

export const documentOf = (parts: Record<string, unknown>): Record<string, unknown> => ({
  apiVersion: 'v3.1.0',
  kind: 'DataContract',
  id: 'orders',
  version: '1.0.0',
  status: 'active',
  ...parts,
});

/** A contract of one object with these properties and rules. */
export const tableContract = (
  properties: readonly Record<string, unknown>[],
  quality: readonly Record<string, unknown>[] = [],
  parts: Record<string, unknown> = {},
): Contract => contractOf({ schema: [{ name: 'orders', properties, quality }], ...parts });
