import type { ScriptedModel } from './scripted-model';
import { callsReply, ScriptedCall, textReply } from './scripted-reply';
import type { ScriptedRequest } from './scripted-request';

/** What a model got from a tool. */
export interface ToolReturn {
  readonly text: string;
  /** Data URLs. */
  readonly pictures: readonly string[];
}

/** Has the model make these calls one after another, and then say `done`. */
export function playCalls(model: ScriptedModel, calls: readonly Pick<ScriptedCall, 'name' | 'arguments'>[]): void {
  model.play(({ index }) => {
    const call = calls[index];
    return call === undefined ? textReply('done') : callsReply([{ ...call, id: `call-${index}` }]);
  });
}

/** What the calls of the last turn came to, in order. */
export function returnsOf(model: ScriptedModel): ToolReturn[] {
  const outputs = model.requests.at(-1)?.messages.filter(({ type }) => type === 'function_call_output') ?? [];
  return outputs.map(({ output }) => {
    const parts = Array.isArray(output) ? (output as Record<string, unknown>[]) : [{ text: output }];
    return {
      text: parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n'),
      pictures: parts.flatMap(({ image_url: url }) => (typeof url === 'string' ? url : [])),
    };
  });
}

/** Names of the tools that a request offers. */
export const toolsIn = ({ body }: ScriptedRequest): string[] =>
  (Array.isArray(body.tools) ? (body.tools as { name?: string }[]) : []).flatMap(({ name }) => name ?? []);
