import type { ServiceDefinition } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import { closureOf, type Descriptor } from './proto-closure.ts';

const PACKAGE = 'google.cloud.aiplatform.v1';
const PREVIEW = 'google.cloud.aiplatform.v1beta1';

/** The services that are there in the preview version alone. */
const PREVIEW_SERVICES = ['ModelMonitoringService'];

/** The protos of the installed client library: of v1beta1, which is more than half of the file, only what is served. */
const descriptor = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@google-cloud/aiplatform/build/protos/protos.json'), 'utf8'),
) as Descriptor;
const served = closureOf(
  descriptor,
  PREVIEW_SERVICES.map((name) => `${PREVIEW}.${name}`),
);
versionsOf(descriptor)['v1beta1'] = versionsOf(served)['v1beta1']!;

function versionsOf(file: Descriptor): Record<string, Descriptor> {
  return file.nested!['google']!.nested!['cloud']!.nested!['aiplatform']!.nested!;
}

/** The full name of a service of Vertex AI. */
export const serviceName = (service: string): string =>
  `${PREVIEW_SERVICES.includes(service) ? PREVIEW : PACKAGE}.${service}`;

const root = protobuf.Root.fromJSON(descriptor);

/** How requests reach the handlers: see wire.ts. */
const PLAIN: protobuf.IConversionOptions = { longs: String, enums: String, arrays: true, objects: true };

/** A message as a plain object. */
export type Message = object;

/** google.protobuf.Any. */
export interface Any {
  type_url: string;
  value: Uint8Array;
}

/** Packs a message of a type by its full name. */
export function pack(type: string, message: Message): Any {
  return { type_url: `type.googleapis.com/${type}`, value: encode(root.lookupType(type), message) };
}

const encode = (type: protobuf.Type, message: Message): Buffer =>
  Buffer.from(type.encode(type.fromObject(message)).finish());

const decode = (type: protobuf.Type, bytes: Uint8Array): Message => type.toObject(type.decode(bytes), PLAIN);

/** Types of an operation's answer, as its method declares them, by their full names. */
export interface OperationTypes {
  response: string;
  metadata: string;
}

/** The types of the operation that a method starts. */
export function operationTypes(service: string, method: string): OperationTypes {
  const name = serviceName(service);
  const { options } = root.lookupService(name).methods[method]!;
  const option = (key: string): string => {
    const value: unknown = options?.[`(google.longrunning.operation_info).${key}`];
    if (typeof value !== 'string') throw new Error(`${service}.${method} starts no operation.`);
    // Without a package it is of the service's own.
    return value.includes('.') ? value : `${name.slice(0, name.lastIndexOf('.'))}.${value}`;
  };
  return { response: option('response_type'), metadata: option('metadata_type') };
}

/** The gRPC definition of some methods of a service: plain objects in, plain objects out. */
export function serviceDefinition(fullName: string, methods: readonly string[]): ServiceDefinition {
  const service = root.lookupService(fullName);
  return Object.fromEntries(
    methods.map((name) => {
      const method = service.methods[name];
      if (method === undefined) throw new Error(`${fullName} has no method ${name}.`);
      method.resolve();
      const request = method.resolvedRequestType!;
      const response = method.resolvedResponseType!;
      return [
        name,
        {
          path: `/${fullName}/${name}`,
          requestStream: false,
          responseStream: false,
          requestSerialize: (message: Message) => encode(request, message),
          requestDeserialize: (bytes: Buffer) => decode(request, bytes),
          responseSerialize: (message: Message) => encode(response, message),
          responseDeserialize: (bytes: Buffer) => decode(response, bytes),
        },
      ];
    }),
  );
}
