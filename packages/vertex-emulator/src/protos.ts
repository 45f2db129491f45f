import type { ServiceDefinition } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';

/**
 * The protos of the installed client library. Only v1 is read: v1beta1 is more than half of the file, and nothing here speaks it.
 */
const descriptor = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@google-cloud/aiplatform/build/protos/protos.json'), 'utf8'),
) as { nested: { google: { nested: { cloud: { nested: { aiplatform: { nested: Record<string, object> } } } } } } };
delete descriptor.nested.google.nested.cloud.nested.aiplatform.nested['v1beta1'];

const root = protobuf.Root.fromJSON(descriptor);

const PACKAGE = 'google.cloud.aiplatform.v1';

/** How requests reach the handlers: see wire.ts. */
const PLAIN: protobuf.IConversionOptions = { longs: String, enums: String, arrays: true, objects: true };

/** A message as a plain object. */
export type Message = object;

/** google.protobuf.Any. */
export interface Any {
  type_url: string;
  value: Uint8Array;
}

/** Packs a message; `type` is relative to the v1 package unless it holds a dot. */
export function pack(type: string, message: Message): Any {
  const name = type.includes('.') ? type : `${PACKAGE}.${type}`;
  return { type_url: `type.googleapis.com/${name}`, value: encode(root.lookupType(name), message) };
}

const encode = (type: protobuf.Type, message: Message): Buffer =>
  Buffer.from(type.encode(type.fromObject(message)).finish());

const decode = (type: protobuf.Type, bytes: Uint8Array): Message => type.toObject(type.decode(bytes), PLAIN);

/** Types of an operation's answer, as its method declares them. */
export interface OperationTypes {
  response: string;
  metadata: string;
}

/** The types of the operation that a method of the v1 package starts. */
export function operationTypes(service: string, method: string): OperationTypes {
  const { options } = root.lookupService(`${PACKAGE}.${service}`).methods[method]!;
  const option = (name: string): string => {
    const value: unknown = options?.[`(google.longrunning.operation_info).${name}`];
    if (typeof value !== 'string') throw new Error(`${service}.${method} starts no operation.`);
    return value;
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
