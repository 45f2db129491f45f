/** Behaviours of the service that no public source settles: each can be chosen. */
export interface Choices {
  /** Status of an update whose etag is not the current one. */
  etagMismatch: 'ABORTED' | 'FAILED_PRECONDITION';
  /** Status of removing the alias `default` from the version that holds it. */
  removeDefaultAlias: 'FAILED_PRECONDITION' | 'INVALID_ARGUMENT';
  /** Deleting the version that holds `default`: refuse, or give `default` to the newest version that stays. */
  deleteDefaultVersion: 'refuse' | 'move';
  /** A second DeployModel, UndeployModel or MutateDeployedModel while one runs on the endpoint. */
  concurrentOperations: 'refuse' | 'allow';
  /** Whether aliases may hold upper-case letters after the first. */
  aliasCase: 'lower' | 'any';
  /** Whether CopyModel takes the labels of the version along. */
  copiedLabels: 'keep' | 'drop';
}

export const DEFAULT_CHOICES: Choices = {
  etagMismatch: 'ABORTED',
  removeDefaultAlias: 'FAILED_PRECONDITION',
  deleteDefaultVersion: 'refuse',
  concurrentOperations: 'refuse',
  aliasCase: 'lower',
  copiedLabels: 'keep',
};

/** What each choice decides, for people. */
export const CHOICE_HELP: Readonly<Record<keyof Choices, string>> = {
  etagMismatch: 'status of an update with an old etag',
  removeDefaultAlias: "status of removing the alias 'default'",
  deleteDefaultVersion: 'deleting the version that is the default',
  concurrentOperations: 'a second deploy, undeploy or mutate while one runs on the endpoint',
  aliasCase: 'letters in version aliases',
  copiedLabels: 'labels of a version that CopyModel copies',
};

/** The values that each choice can have, the default first. */
export const CHOICE_VALUES: { readonly [K in keyof Choices]: readonly Choices[K][] } = {
  etagMismatch: ['ABORTED', 'FAILED_PRECONDITION'],
  removeDefaultAlias: ['FAILED_PRECONDITION', 'INVALID_ARGUMENT'],
  deleteDefaultVersion: ['refuse', 'move'],
  concurrentOperations: ['refuse', 'allow'],
  aliasCase: ['lower', 'any'],
  copiedLabels: ['keep', 'drop'],
};
