import { ApiError, invalid } from '../errors.ts';
import { found, type Route } from './route.ts';

const MOST_PROPERTIES = 10;
const MOST_PAYLOAD_BYTES = 64 * 1024;
const MOST_EVENT_TYPE_CHARACTERS = 100;
const MOST_INPUTS = 25;

export const DISPATCH_ROUTES: Route[] = [
  {
    method: 'POST',
    path: '/dispatches',
    access: { contents: 'write' },
    documentation: 'rest/repos/repos#create-a-repository-dispatch-event',
    handle({ body, login }, repository) {
      const eventType = body.requiredText('RepositoryDispatch', 'event_type');
      if (eventType.length > MOST_EVENT_TYPE_CHARACTERS) throw invalid('RepositoryDispatch', 'event_type', 'invalid');
      const clientPayload = body.object('RepositoryDispatch', 'client_payload');
      if (Object.keys(clientPayload).length > MOST_PROPERTIES) {
        throw new ApiError(
          422,
          `No more than ${MOST_PROPERTIES} properties are allowed; ${Object.keys(clientPayload).length} were supplied.`,
        );
      }
      if (Buffer.byteLength(JSON.stringify(clientPayload)) > MOST_PAYLOAD_BYTES) {
        throw new ApiError(422, 'client_payload is too large.');
      }
      repository.dispatches.push({ eventType, clientPayload, login });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/actions/workflows/:workflow/dispatches',
    access: { actions: 'write' },
    documentation: 'rest/actions/workflows#create-a-workflow-dispatch-event',
    handle({ body, login, parameters }, repository) {
      const wanted = parameters.get('workflow')!;
      const workflow = found(repository.workflows.find((path) => path.split('/').at(-1) === wanted));
      const ref = body.requiredText('WorkflowDispatch', 'ref');
      const inputs = Object.entries(body.object('WorkflowDispatch', 'inputs'));
      if (inputs.length > MOST_INPUTS) throw invalid('WorkflowDispatch', 'inputs', 'invalid');
      const texts = inputs.map(([name, value]): [string, string] => {
        if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
          throw invalid('WorkflowDispatch', 'inputs', 'invalid');
        return [name, String(value)];
      });
      repository.workflowDispatches.push({ workflow, ref, inputs: Object.fromEntries(texts), login });
      return { status: 204 };
    },
  },
];
