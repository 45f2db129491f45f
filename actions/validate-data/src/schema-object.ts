import { closest, UserError } from '@mlops-actions/action-kit';
import type { Contract, SchemaObject } from '@mlops-actions/contract';

/** The object of the contract that the data is: the one that was named, by either of its names, or the only one. */
export function objectOf(contract: Contract, wanted: string | undefined, file = 'no contract'): SchemaObject {
  const { objects } = contract;
  const names = objects.map(({ name }) => name);
  if (wanted === undefined) {
    const [only] = objects;
    if (only !== undefined && objects.length === 1) return only;
    throw new UserError(
      only === undefined
        ? `The contract '${file}' has no schema.`
        : `The contract '${file}' has ${objects.length} objects.`,
      {
        fix:
          only === undefined
            ? 'Add the object that the data is.'
            : `Set the input 'schema-object' to one of ${names.join(', ')}.`,
      },
    );
  }
  const found =
    objects.find(({ name }) => name === wanted) ?? objects.find(({ physicalName }) => physicalName === wanted);
  if (found !== undefined) return found;
  const near = closest(wanted, names);
  throw new UserError(`The contract '${file}' has no object '${wanted}'.`, {
    fix: near === undefined ? `It has ${names.join(', ') || 'none'}.` : `Did you mean '${near}'?`,
  });
}
