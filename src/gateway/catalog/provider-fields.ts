import { z } from 'zod';
import { FIELD_NAMES, FieldName, FieldRule, fieldRule, ProviderType } from './provider-types';

type Fields = Readonly<Partial<Record<FieldName, unknown>>>;
interface Entry extends Fields {
  readonly deployments?: readonly Fields[];
}

/** Reports the fields that the provider needs and the entry lacks, and those that it has and the provider does not take. */
export function checkProviderFields(entry: Entry, { type, settings }: ProviderType, context: z.RefinementCtx): void {
  for (const name of FIELD_NAMES) {
    const rule = fieldRule(settings, name);
    if (rule === 'required' && isMissing(entry, name)) {
      context.addIssue({ code: 'custom', path: [name], message: `is missing; type ${type} needs it` });
    }
    if (rule !== 'forbidden') continue;
    const message = `is not taken by type ${type}`;
    for (const path of pathsOf(entry, name)) context.addIssue({ code: 'custom', path, message });
  }
}

/** The same as a JSON schema, for editors. */
export function jsonSchemaOfProviderFields({ type, settings }: ProviderType) {
  const named = (rule: FieldRule) => FIELD_NAMES.filter((name) => fieldRule(settings, name) === rule);
  const none = Object.fromEntries(named('forbidden').map((name) => [name, false]));
  const addresses = named('required').filter(isAddress).map(atEntryOrDeployments);
  return {
    if: { properties: { type: { const: type } }, required: ['type'] },
    then: {
      required: named('required').filter((name) => !isAddress(name)),
      properties: { ...none, deployments: { items: { properties: none } } },
      ...(addresses.length > 0 && { allOf: addresses }),
    },
  };
}

const atEntryOrDeployments = (name: FieldName) => ({
  anyOf: [
    { required: [name] },
    { required: ['deployments'], properties: { deployments: { items: { required: [name] } } } },
  ],
});

/** An address may stand at the entry or at each of its deployments; its model stands at the entry. */
const isAddress = (name: FieldName): boolean => name !== 'model';

function isMissing({ deployments, ...entry }: Entry, name: FieldName): boolean {
  if (entry[name] !== undefined) return false;
  if (deployments === undefined || !isAddress(name)) return true;
  return deployments.some((deployment) => deployment[name] === undefined);
}

function pathsOf({ deployments = [], ...entry }: Entry, name: FieldName): PropertyKey[][] {
  const ofDeployments = deployments.flatMap((deployment, index) =>
    deployment[name] === undefined ? [] : [['deployments', index, name]],
  );
  return entry[name] === undefined ? ofDeployments : [[name], ...ofDeployments];
}
