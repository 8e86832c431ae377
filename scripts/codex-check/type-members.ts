import ts from 'typescript';

/**
 * What a generated type consists of, by names that stay the same when the order changes: its fields, its alternatives, and
 * the fields of those. `method=turn/start.params` is the field `params` of the alternative with that method.
 *
 * @param source text of a generated file
 * @returns by the name of each member, its type
 */
export function membersOf(source: string): Map<string, string> {
  const file = ts.createSourceFile('generated.ts', source, ts.ScriptTarget.Latest, true);
  const members = new Map<string, string>();
  for (const statement of file.statements) {
    if (ts.isTypeAliasDeclaration(statement)) collect(statement.type, '', members);
  }
  return members;
}

function collect(type: ts.TypeNode, prefix: string, members: Map<string, string>): void {
  if (ts.isParenthesizedTypeNode(type)) collect(type.type, prefix, members);
  else if (ts.isUnionTypeNode(type)) for (const one of type.types) collectAlternative(one, prefix, members);
  else if (ts.isIntersectionTypeNode(type)) for (const one of type.types) collect(one, prefix, members);
  else if (ts.isTypeLiteralNode(type)) collectFields(type, prefix, members);
  else members.set(`${prefix}=`, textOf(type));
}

function collectAlternative(type: ts.TypeNode, prefix: string, members: Map<string, string>): void {
  const tagged = tagOf(type);
  if (tagged === undefined && !ts.isTypeLiteralNode(type)) members.set(`${prefix}${textOf(type)}`, '');
  else collect(type, tagged === undefined ? prefix : `${prefix}${tagged}.`, members);
}

function collectFields(type: ts.TypeLiteralNode, prefix: string, members: Map<string, string>): void {
  for (const member of type.members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) continue;
    const name = nameOf(member);
    members.set(`${prefix}${name}${member.questionToken ? '?' : ''}`, textOf(member.type));
  }
}

/** The field that tells an alternative from the others. */
function tagOf(type: ts.TypeNode): string | undefined {
  if (ts.isIntersectionTypeNode(type)) return type.types.map(tagOf).find((tag) => tag !== undefined);
  if (!ts.isTypeLiteralNode(type)) return undefined;
  for (const member of type.members) {
    const isTag = ts.isPropertySignature(member) && ['method', 'type', 'kind'].includes(nameOf(member));
    if (
      isTag &&
      member.type !== undefined &&
      ts.isLiteralTypeNode(member.type) &&
      ts.isStringLiteral(member.type.literal)
    )
      return `${nameOf(member)}=${member.type.literal.text}`;
  }
  return undefined;
}

const nameOf = (member: ts.PropertySignature): string => member.name.getText().replaceAll('"', '');
const textOf = (node: ts.Node): string =>
  node
    .getText()
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ');
