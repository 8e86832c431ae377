import { workspaceHash, workspaceTarget } from '../../format/workspace-link';

/** The parts of a tree of HTML that matter here. */
interface Node {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

/** Turns links to files of the workspace into places of the page, before addresses are sorted out. */
export const workspaceLinks = () => (tree: Node) => visit(tree);

function visit(node: Node): void {
  const href = node.tagName === 'a' ? node.properties?.href : undefined;
  const target = typeof href === 'string' ? workspaceTarget(href) : null;
  if (target !== null && node.properties) node.properties.href = workspaceHash(target);
  node.children?.forEach(visit);
}
