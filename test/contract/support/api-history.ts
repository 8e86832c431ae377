import { Entry, Step } from './behaviour';

export type Json = Readonly<Record<string, unknown>>;

/** The tool that clients of the APIs offer, named and shaped as codex's own. */
const PARAMETERS = { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] };
const DESCRIPTION = { name: 'exec_command', description: 'Runs a command.', parameters: PARAMETERS };
export const RESPONSES_TOOLS = [{ type: 'function', ...DESCRIPTION, strict: false }];
export const COMPLETIONS_TOOLS = [{ type: 'function', function: DESCRIPTION }];

/** Entries as input items of the Responses API. */
export const inputItems = (entries: readonly Entry[]): Json[] =>
  entries.map((entry) => {
    if ('call' in entry) {
      const { call: name, id: call_id, arguments: args } = entry;
      return { type: 'function_call', call_id, name, arguments: args };
    }
    if ('result' in entry) return { type: 'function_call_output', call_id: entry.id, output: entry.result };
    const { role, text, picture } = entry;
    const type = role === 'assistant' ? 'output_text' : 'input_text';
    const image = picture === undefined ? [] : [{ type: 'input_image', image_url: picture, detail: 'auto' }];
    return { type: 'message', role, content: [{ type, text }, ...image] };
  });

/** Entries as messages of the chat completions API; calls in a row are one message. */
export function chatMessages(entries: readonly Entry[]): Json[] {
  const messages: Json[] = [];
  for (const entry of entries) {
    const last = messages.at(-1);
    if ('result' in entry) messages.push({ role: 'tool', tool_call_id: entry.id, content: entry.result });
    else if (!('call' in entry)) messages.push(chatMessage(entry));
    else {
      const call = { id: entry.id, type: 'function', function: { name: entry.call, arguments: entry.arguments } };
      if (Array.isArray(last?.tool_calls)) last.tool_calls.push(call);
      else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
    }
  }
  return messages;
}

function chatMessage({ role, text, picture }: Extract<Entry, { role: string }>): Json {
  if (picture === undefined) return { role, content: text };
  return {
    role,
    content: [
      { type: 'text', text },
      { type: 'image_url', image_url: { url: picture } },
    ],
  };
}

export const entryOf = ({ say, picture }: Step): Entry => ({ role: 'user', text: say, picture });
