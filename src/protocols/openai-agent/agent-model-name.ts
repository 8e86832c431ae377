/** What the name of a model says of the agent: `agent`, `agent/<template>`, `agent/<template>/<backend>`. */
export interface AgentModelName {
  /** Id of the template of a new chat; undefined: the operator's choice. */
  readonly template?: string;
  /** Id of the backend of a new chat. */
  readonly backend?: string;
  /** A model of that backend, which may have slashes in its name. */
  readonly model?: string;
}

export const AGENT_MODEL = 'agent';

/** @returns undefined for a name that is none of the agent's */
export function agentModelOf(name: string): AgentModelName | undefined {
  const [first, template, backend, ...model] = name.split('/');
  if (first !== AGENT_MODEL || template === '' || backend === '') return undefined;
  return { template, backend, ...(model.length > 0 && { model: model.join('/') }) };
}
