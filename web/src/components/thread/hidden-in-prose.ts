import { visiblePieces, visibleProse } from '../../format/visible';

/** The parts of a tree of HTML that matter here. */
interface Node {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

/** Boxes what cannot be seen in the text of an answer; blocks of code do so themselves. */
export const hiddenInProse = () => (tree: Node) => visit(tree, false);

function visit(node: Node, isCode: boolean): void {
  if (!node.children || node.tagName === 'pre') return;
  const inCode = isCode || node.tagName === 'code';
  node.children = node.children.flatMap((child) => {
    if (child.type === 'text') return boxed(child, inCode);
    visit(child, inCode);
    return [child];
  });
}

function boxed(node: Node, isCode: boolean): Node[] {
  const pieces = (isCode ? visiblePieces : visibleProse)(node.value ?? '');
  if (pieces.every((piece) => piece.boxed === null)) return [node];
  return pieces.map(({ text, boxed: title }): Node => {
    const value: Node = { type: 'text', value: text };
    if (title === null) return value;
    return {
      type: 'element',
      tagName: 'mark',
      properties: { className: ['hidden-character'], title },
      children: [value],
    };
  });
}
