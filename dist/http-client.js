// Loaded when it is used, not before.
for (const name of ['HttpClient', 'BearerCredentialHandler']) {
  Object.defineProperty(exports, name, { enumerable: true, get: () => require('./http-client-bundle.js')[name] });
}
