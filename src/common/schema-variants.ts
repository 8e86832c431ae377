import { type Type } from '@nestjs/common';
import { ApiExtraModels, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

interface Variants {
  readonly discriminator: string;
  readonly payload: string;
  readonly classes: Readonly<Record<string, Type>>;
}

/** By the name of the decorated class, which is that of its schema. */
const variantsOf = new Map<string, Variants>();

/**
 * Documents a class as one schema for each value of one of its properties. Nest writes one schema a class, which could only
 * say that the payload is some object.
 *
 * @param discriminator the property whose value tells the schemas apart
 * @param payload the property that is of another class for each value
 * @param classes the class of the payload, by the value of the discriminator
 */
export function SchemaVariants(
  discriminator: string,
  payload: string,
  classes: Readonly<Record<string, Type>>,
): ClassDecorator {
  return (target) => {
    variantsOf.set(target.name, { discriminator, payload, classes });
    ApiExtraModels(...Object.values(classes))(target);
  };
}

/** The document with the schema of each class that has `SchemaVariants` as a `oneOf` of theirs. */
export function withSchemaVariants(document: OpenAPIObject): OpenAPIObject {
  const schemas = { ...document.components?.schemas };
  for (const [name, variants] of variantsOf) {
    const schema = schemas[name];
    if (schema !== undefined) Object.assign(schemas, unionOf(name, schema, variants));
  }
  return { ...document, components: { ...document.components, schemas } };
}

/** The union under the name of the class, and its members: `TurnStartedEvent` is `EventDto` of type `turn.started`. */
function unionOf(name: string, schema: Schema, { discriminator, payload, classes }: Variants): Record<string, Schema> {
  if (!('properties' in schema)) throw new Error(`the schema of ${name} has no properties`);
  const members = Object.entries(classes).map(([value, { name: className }]) => {
    const own = { [discriminator]: { type: 'string', enum: [value] }, [payload]: reference(className) };
    const member: Schema = { ...schema, properties: { ...schema.properties, ...own } };
    return { value, member, memberName: `${pascalCase(value)}${name.replace(/Dto$/, '')}` };
  });
  const mapping = Object.fromEntries(members.map(({ value, memberName }) => [value, getSchemaPath(memberName)]));
  return {
    ...Object.fromEntries(members.map(({ memberName, member }) => [memberName, member])),
    [name]: {
      oneOf: members.map(({ memberName }) => reference(memberName)),
      discriminator: { propertyName: discriminator, mapping },
    },
  };
}

const reference = (name: string): { $ref: string } => ({ $ref: getSchemaPath(name) });

const pascalCase = (value: string): string =>
  value.replace(/(?:^|[._-])([a-z])/g, (_match, letter: string) => letter.toUpperCase());
