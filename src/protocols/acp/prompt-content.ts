import type { ContentBlock } from '@agentclientprotocol/sdk';
import { invalid } from '../../common/domain.error';

/** A part of a message, as the service takes it. */
type InputPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }
  | { readonly type: 'file'; readonly fileName: string; readonly data: string };

/** @throws DomainError `invalid_content` for what the agent does not take */
export const contentOf = (prompt: readonly ContentBlock[]): InputPart[] => joined(prompt.map(partOf));

function partOf(block: ContentBlock): InputPart {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
      return { type: 'image', url: `data:${block.mimeType};base64,${block.data}` };
    case 'resource_link':
      return { type: 'text', text: `[${block.title ?? block.name}](${block.uri})` };
    case 'resource':
      return resourceOf(block.resource);
    default:
      throw invalid('invalid_content', `The agent takes no content of type "${block.type}".`);
  }
}

type Resource = Extract<ContentBlock, { type: 'resource' }>['resource'];

function resourceOf(resource: Resource): InputPart {
  if ('text' in resource) {
    return { type: 'text', text: `<context uri=${JSON.stringify(resource.uri)}>\n${resource.text}\n</context>` };
  }
  const { mimeType, blob, uri } = resource;
  const data = `data:${mimeType ?? 'application/octet-stream'};base64,${blob}`;
  return mimeType?.startsWith('image/') === true
    ? { type: 'image', url: data }
    : { type: 'file', fileName: nameIn(uri), data };
}

function nameIn(uri: string): string {
  const last =
    uri
      .split(/[?#]/, 1)[0]
      ?.split('/')
      .findLast((part) => part !== '') ?? '';
  try {
    return decodeURIComponent(last) || 'attachment';
  } catch {
    return last;
  }
}

/** Texts that follow one another are one part, as editors send a sentence in pieces around the files that it names. */
function joined(parts: readonly InputPart[]): InputPart[] {
  const result: InputPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      result[result.length - 1] = { ...last, text: glued(last.text, part.text) };
    else result.push(part);
  }
  return result;
}

const glued = (before: string, text: string): string =>
  text.startsWith('<context ') || before.endsWith('</context>') ? `${before}\n${text}` : `${before}${text}`;
