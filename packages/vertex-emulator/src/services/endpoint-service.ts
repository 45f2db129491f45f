import { checkEndpointId, touched } from '../endpoints.ts';
import { checkDisplayName, checkLabels, checkMask } from '../fields.ts';
import { applyReadMask, listPage, type ListRules, type Subject } from '../listing.ts';
import { endpointName, parseEndpoint, parsePlace, placeName } from '../names.ts';
import { renderEndpoint, renderNewEndpoint, renderOperation } from '../render.ts';
import { withEndpoint, without, type Endpoint } from '../state.ts';
import { RpcError } from '../status.ts';
import { checkSplit } from '../traffic.ts';
import type { FieldMask, ListRequest, WireEndpoint } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { deploymentHandlers } from './deployment-handlers.ts';
import { checkEtag, findEndpoint, required } from './lookup.ts';

const SERVICE = 'EndpointService';

const RULES: ListRules = {
  filter: ['endpoint', 'display_name', 'labels'],
  orderBy: ['display_name', 'create_time', 'update_time'],
};

const UPDATABLE = ['display_name', 'description', 'labels', 'traffic_split', 'predict_request_response_logging_config'];

/** google.cloud.aiplatform.v1.EndpointService. */
export function endpointService(context: Context): Handlers {
  const { store, operations, choices, dedicatedAddress } = context;
  return {
    CreateEndpoint(request: { parent?: string; endpoint?: WireEndpoint; endpointId?: string }) {
      const place = parsePlace('parent', request.parent);
      const wire = required('endpoint', request.endpoint);
      const { endpointId = '' } = request;
      const id = endpointId === '' ? store.chance.id() : checkEndpointId(endpointId);
      const displayName = checkDisplayName('endpoint.display_name', wire.displayName);
      const labels = checkLabels('endpoint.labels', wire.labels);
      checkSplit(wire.trafficSplit, []);
      const name = endpointName({ ...place, id });
      const alreadyExists = new RpcError('ALREADY_EXISTS', `Endpoint ${name} already exists.`);
      if (store.state.endpoints[name] !== undefined) throw alreadyExists;
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'CreateEndpoint',
          target: name,
          async run(progress) {
            await progress.pause();
            return (state, moment) => {
              if (state.endpoints[name] !== undefined) throw alreadyExists;
              const endpoint = touched(
                {
                  ...place,
                  ...{ id, displayName, labels, description: wire.description ?? '' },
                  ...{
                    deployedModels: [],
                    trafficSplit: {},
                    deploying: [],
                    settings: endpointSettings(wire, dedicatedAddress),
                  },
                  createTime: moment.now,
                  updateTime: moment.now,
                  etag: '',
                },
                moment,
              );
              return { state: withEndpoint(state, endpoint), response: renderNewEndpoint(endpoint) };
            };
          },
        }),
      );
    },

    GetEndpoint(request: { name?: string }) {
      return renderEndpoint(findEndpoint(store.state, parseEndpoint('name', request.name)));
    },

    ListEndpoints(request: ListRequest & { parent?: string }) {
      const prefix = `${placeName(parsePlace('parent', request.parent))}/endpoints/`;
      const endpoints = Object.entries(store.state.endpoints).flatMap(([name, endpoint]) =>
        name.startsWith(prefix) ? [endpoint] : [],
      );
      const page = listPage(endpoints, request, subject, RULES);
      return {
        endpoints: page.items.map((endpoint) => applyReadMask(renderEndpoint(endpoint), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    UpdateEndpoint(request: { endpoint?: WireEndpoint; updateMask?: FieldMask }) {
      const wire = required('endpoint', request.endpoint);
      const name = parseEndpoint('endpoint.name', wire.name);
      const paths = checkMask(request.updateMask, UPDATABLE);
      const has = (path: string): boolean => paths.includes(path);
      if (has('display_name')) checkDisplayName('endpoint.display_name', wire.displayName);
      if (has('labels')) checkLabels('endpoint.labels', wire.labels);
      return store.change('UpdateEndpoint', (state, moment) => {
        const endpoint = findEndpoint(state, name);
        checkEtag(wire.etag, endpoint.etag, choices);
        if (has('traffic_split')) checkSplit(wire.trafficSplit, idsOf(endpoint));
        const updated = touched(
          {
            ...endpoint,
            ...(has('display_name') && { displayName: wire.displayName! }),
            ...(has('description') && { description: wire.description ?? '' }),
            ...(has('labels') && { labels: wire.labels }),
            ...(has('traffic_split') && { trafficSplit: wire.trafficSplit }),
            ...(has('predict_request_response_logging_config') && {
              settings: {
                ...endpoint.settings,
                predictRequestResponseLoggingConfig: wire.predictRequestResponseLoggingConfig,
              },
            }),
          },
          moment,
        );
        return [withEndpoint(state, updated), renderEndpoint(updated)];
      });
    },

    DeleteEndpoint(request: { name?: string }) {
      const name = parseEndpoint('name', request.name);
      return renderOperation(
        operations.startDone({
          service: SERVICE,
          method: 'DeleteEndpoint',
          target: endpointName(name),
          place: placeName(name),
          finish(state) {
            const endpoint = findEndpoint(state, name);
            if (endpoint.deployedModels.length + endpoint.deploying.length > 0) {
              throw new RpcError(
                'FAILED_PRECONDITION',
                `Endpoint ${endpointName(name)} has deployed or being-deployed DeployedModel(s).`,
              );
            }
            return { state: { ...state, endpoints: without(state.endpoints, endpointName(name)) }, response: {} };
          },
        }),
      );
    },

    ...deploymentHandlers(context),
  };
}

const idsOf = (endpoint: Endpoint): string[] => endpoint.deployedModels.map(({ id }) => id);

function endpointSettings(wire: WireEndpoint, dedicatedEndpointDns: string): Endpoint['settings'] {
  const { encryptionSpec, network, privateServiceConnectConfig } = wire;
  const { predictRequestResponseLoggingConfig, dedicatedEndpointEnabled, clientConnectionConfig } = wire;
  return {
    ...(encryptionSpec !== undefined && { encryptionSpec }),
    ...(network !== undefined && { network }),
    ...(privateServiceConnectConfig !== undefined && { privateServiceConnectConfig }),
    ...(predictRequestResponseLoggingConfig !== undefined && { predictRequestResponseLoggingConfig }),
    ...(dedicatedEndpointEnabled !== undefined && { dedicatedEndpointEnabled }),
    ...(dedicatedEndpointEnabled === true && { dedicatedEndpointDns }),
    ...(clientConnectionConfig !== undefined && { clientConnectionConfig }),
  };
}

function subject(endpoint: Endpoint): Subject {
  return {
    fields: {
      endpoint: endpoint.id,
      display_name: endpoint.displayName,
      create_time: endpoint.createTime,
      update_time: endpoint.updateTime,
    },
    labels: endpoint.labels,
  };
}
