import type { ChangedFileDto, QuestionDto } from '../chat/dto/approval-request.dto';
import type { ApprovalDto } from '../chat/dto/approval.dto';
import type { Decision } from '../chat/entities/approval.entity';

/** What the agent asks for, in one sentence or a few lines; what could hide something is shown as it is. */
export function wordsOf({ kind, request, display }: Pick<ApprovalDto, 'kind' | 'request' | 'display'>): string {
  const shown = (name: string): string => display[name]?.text ?? '';
  const reason = shown('reason') === '' ? '' : ` ${shown('reason')}`;
  switch (kind) {
    case 'command':
      return `May this command run: ${lineOf(request) || shown('command')}${grantsOf(request)}?${reason}`;
    case 'file_change':
      return `May these files be changed: ${filesOf(request)}?${reason}`;
    case 'permissions':
      return `May the agent have these permissions: ${shown('permissions')}?${reason}`;
    case 'user_input':
      return questionsOf(request).map(questionWords).join('\n');
    case 'elicitation':
      return elicitationWords(shown);
    case 'tool_call':
      return `May the tool ${shown('tool')} be called with ${shown('arguments')}?`;
  }
}

/** A decision as one word: an object among them is named by its key. */
export const nameOf = (decision: Decision): string =>
  typeof decision === 'string' ? decision : (Object.keys(decision)[0] ?? '');

/** What the agent wants to be told, of an approval of kind `user_input`. */
export const questionsOf = (request: Readonly<Record<string, unknown>>): readonly QuestionDto[] =>
  Array.isArray(request.questions) ? (request.questions as QuestionDto[]) : [];

function elicitationWords(shown: (name: string) => string): string {
  const [server, tool, url] = [shown('server'), shown('tool'), shown('url')];
  const what = tool === '' ? '' : ` (tool ${tool} with ${shown('arguments')})`;
  return `${server} asks: ${shown('message')}${what}${url === '' ? '' : ` See ${url}`}`;
}

function questionWords({ id, question, options }: QuestionDto): string {
  const choices = options === null ? '' : ` One of: ${options.map(({ label }) => label).join(', ')}.`;
  return `[${id}] ${question}${choices}`;
}

const lineOf = ({ line }: Readonly<Record<string, unknown>>): string => textIn(line);

function grantsOf({ grants }: Readonly<Record<string, unknown>>): string {
  const text = textIn(grants);
  return text === '' ? '' : `, ${text}`;
}

function filesOf({ files, fileCount }: Readonly<Record<string, unknown>>): string {
  const all = Array.isArray(files) ? (files as ChangedFileDto[]) : [];
  const named = all.slice(0, MAX_FILES).map(({ kind, place }) => `${kind} ${place.path.text}`);
  const more = (typeof fileCount === 'number' ? fileCount : all.length) - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

const MAX_FILES = 20;

const textIn = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string' ? value.text : '';
