import ts from 'typescript';

const SOURCES = 'web/src';
const NOT_SHOWN = ['**/generated', '**/*.spec.ts', '**/*.fixture.ts'];
const CALLS = new Set(['t', 'words']);

/** Every English text that the sources of the page hand to `t`, `words` or `<Trans>`. */
export function sourceTexts(): ReadonlySet<string> {
  return new Set(
    ts.sys
      .readDirectory(SOURCES, ['.ts', '.tsx'], NOT_SHOWN)
      .flatMap((path) => textsOf(path, ts.sys.readFile(path) ?? '')),
  );
}

/** @throws Error where a text is put together, so that nobody can know it */
export function textsOf(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const given = givenTo(node);
    if (given) texts.push(...literalsIn(given, file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return texts;
}

function givenTo(node: ts.Node): ts.Expression | undefined {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && CALLS.has(node.expression.text)) {
    return node.arguments[0];
  }
  if (!ts.isJsxAttribute(node) || node.name.getText() !== 'text' || !isTrans(node)) return undefined;
  const { initializer } = node;
  return initializer && ts.isJsxExpression(initializer) ? initializer.expression : initializer;
}

const isTrans = ({ parent: { parent } }: ts.JsxAttribute): boolean =>
  ts.isJsxSelfClosingElement(parent) && parent.tagName.getText() === 'Trans';

/** A name, or an entry of a table, is of the type `Words`, whose texts are found where they are marked. */
function literalsIn(given: ts.Node, file: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(given)) return [given.text];
  if (ts.isConditionalExpression(given)) {
    return [...literalsIn(given.whenTrue, file), ...literalsIn(given.whenFalse, file)];
  }
  if (ts.isTemplateExpression(given) || ts.isBinaryExpression(given)) {
    throw new Error(`${file.fileName}: ${given.getText(file)} is put together, and in no catalogue`);
  }
  return [];
}
