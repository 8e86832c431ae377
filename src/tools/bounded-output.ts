import type { ToolContent, ToolOutput } from '../app-server/agent/agent-tool';

const MAX_TEXT = 100_000;
/** Characters of the data URLs of all pictures of an answer. */
const MAX_PICTURES = 6 * 1024 * 1024;

/** An output that a model, a chat's log and the wire can take. */
export function boundedOutput({ success, content }: ToolOutput): ToolOutput {
  let [text, pictures] = [MAX_TEXT, MAX_PICTURES];
  const bounded = content.map((part): ToolContent => {
    if (part.type === 'text') {
      const kept = wellFormed(part.text.slice(0, text));
      text -= kept.length;
      const rest = part.text.length - kept.length;
      return { type: 'text', text: rest > 0 ? `${kept}\n[${rest} more characters left out]` : kept };
    }
    pictures -= part.url.length;
    return pictures < 0 ? { type: 'text', text: '[a picture is left out: too large]' } : part;
  });
  return {
    success,
    content: bounded.length > 0 ? bounded : [{ type: 'text', text: success ? 'Done.' : 'It failed.' }],
  };
}

/** Without halves of character pairs, which codex cannot read. */
const wellFormed = (text: string): string => text.toWellFormed();
