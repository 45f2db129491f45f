/**
 * The pod of a node. The server finds logs by it, and nodes do not say it: it is made of the workflow's, the template's and a hash of the node's name (FNV-1a, 32 bits),
 * as the controller makes it since Argo Workflows 3.4 (POD_NAMES=v2).
 */
export function podName(
  workflow: string,
  node: { id: string; name: string; template: string },
  version: string,
): string {
  if (version === 'v1') return node.id;
  if (node.name === workflow) return workflow;
  const prefix = node.name.includes('.inline') ? workflow : `${workflow}-${node.template}`;
  return `${prefix.slice(0, LONGEST - HASH_DIGITS - 1)}-${fnv1a(node.name)}`;
}

const LONGEST = 253;
const HASH_DIGITS = 10;

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
