import type { ApprovalChoiceDto } from '../chat/dto/approval-choice.dto';
import type { QuestionDto } from '../chat/dto/approval-request.dto';
import type { ApprovalDto } from '../chat/dto/approval.dto';

/** The most cautious permission that is offered. */
export function permissionOf({ kind, request, choices }: ApprovalDto): ApprovalChoiceDto | undefined {
  const allowing = choices.find(({ effect, lasts }) => effect === 'allow' && lasts === 'once');
  if (allowing !== undefined) return allowing;
  const forTurn = choices.find(({ effect, lasts }) => effect === 'allow' && lasts === 'turn');
  if (forTurn !== undefined) return forTurn;
  // Whether a tool of an MCP server may run; what the server itself asks wants more than a word.
  const isToolCall = kind === 'elicitation' && typeof request.tool === 'string';
  return isToolCall || kind === 'tool_call' ? choices.find(({ decision }) => decision === 'accept') : undefined;
}

/** One after which the turn goes on, if there is one. */
export const refusalOf = ({ choices }: ApprovalDto): ApprovalChoiceDto | undefined =>
  choices.find(({ effect, stops }) => effect === 'refuse' && !stops) ??
  choices.find(({ effect }) => effect === 'refuse');

/** Of what is asked in words, if it is one thing that may be said openly. */
export function onlyQuestion({ kind, request }: ApprovalDto): QuestionDto | undefined {
  if (kind !== 'user_input' || !Array.isArray(request.questions) || request.questions.length !== 1) return undefined;
  const question = request.questions[0] as QuestionDto;
  return question.isSecret ? undefined : question;
}

/** An option that is meant by its number or its name, else the words as they are. */
export function optionIn({ options }: QuestionDto, text: string): string {
  const named = options?.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  return named?.label ?? options?.[Number(text) - 1]?.label ?? text;
}
