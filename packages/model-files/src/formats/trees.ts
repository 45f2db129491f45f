/** A binary tree as arrays: of each inner node the children, a negative number being a leaf. */
export interface BinaryTree {
  left: readonly number[];
  right: readonly number[];
  /** Of each inner node the feature that it splits by. */
  features: readonly number[];
}

/**
 * What a reader would trip over in a tree, as half a sentence: children or features that are not there, or nodes that are reached twice, so that
 * a prediction walks in a circle. `undefined` for a tree.
 *
 * @param isLeaf whether a negative child is a leaf that exists
 */
export function treeProblem(
  tree: BinaryTree,
  featureCount: number,
  isLeaf: (child: number) => boolean,
): string | undefined {
  const { left, right, features } = tree;
  if (right.length !== left.length || features.length !== left.length) return 'has arrays of different lengths';
  const reached = new Uint8Array(left.length);
  for (let node = 0; node < left.length; node++) {
    const children = [left[node]!, right[node]!];
    if (children.some((child) => child !== -1) && !(features[node]! >= 0 && features[node]! < featureCount)) {
      return `splits by feature ${features[node]}, which is not there`;
    }
    for (const child of children) {
      if (child < 0 ? !isLeaf(child) : !(child < left.length)) return `has a child ${child}, which is not there`;
      if (child < 0) continue;
      if (child === 0 || reached[child] === 1) return `reaches node ${child} twice`;
      reached[child] = 1;
    }
  }
  return undefined;
}
