import { listPage, type ListRules } from '../listing.ts';
import { parseOperation, parseOperationParent } from '../names.ts';
import { renderOperation } from '../render.ts';
import { without, type Operation } from '../state.ts';
import { RpcError } from '../status.ts';
import type { Duration, ListRequest } from '../wire.ts';
import type { Context, Handlers } from './context.ts';

const RULES: ListRules = { filter: ['done', 'name'], orderBy: [] };
/** Milliseconds that WaitOperation waits for at most. */
const LONGEST_WAIT = 120_000;

/** google.longrunning.Operations. */
export function operationsService({ store, operations }: Context): Handlers {
  return {
    GetOperation: (request: { name?: string }) => renderOperation(find(request.name)),

    ListOperations(request: ListRequest & { name?: string }) {
      const parent = parseOperationParent('name', request.name).name;
      const found = Object.values(store.state.operations).filter(({ name }) => name.startsWith(`${parent}/`));
      const page = listPage(
        found,
        request,
        ({ name, result }) => ({ fields: { name, done: String(result !== undefined) } }),
        RULES,
      );
      return { operations: page.items.map(renderOperation), nextPageToken: page.nextPageToken };
    },

    CancelOperation(request: { name?: string }) {
      operations.cancel(find(request.name).name);
      return {};
    },

    DeleteOperation(request: { name?: string }) {
      const { name, result } = find(request.name);
      if (result === undefined) throw new RpcError('FAILED_PRECONDITION', `The operation ${name} is not done.`);
      store.change('DeleteOperation', (state) => [
        { ...state, operations: without(state.operations, name) },
        undefined,
      ]);
      return {};
    },

    async WaitOperation(request: { name?: string; timeout?: Duration }) {
      const { name } = find(request.name);
      const { timeout } = request;
      const asked = timeout && Number(timeout.seconds ?? 0) * 1000 + (timeout.nanos ?? 0) / 1_000_000;
      await operations.wait(name, Math.min(asked ?? LONGEST_WAIT, LONGEST_WAIT));
      return renderOperation(find(name));
    },
  };

  function find(text: string | undefined): Operation {
    const { name } = parseOperation('name', text);
    const operation = store.state.operations[name];
    if (operation === undefined) throw new RpcError('NOT_FOUND', `Operation ${name} not found.`);
    return operation;
  }
}
