import type {
  PermissionOption,
  PermissionOptionKind,
  RequestPermissionOutcome,
  ToolCallUpdate,
} from '@agentclientprotocol/sdk';
import type { ApprovalChoiceDto } from '../../chat/dto/approval-choice.dto';
import type { QuestionDto } from '../../chat/dto/approval-request.dto';
import type { AnswerApprovalDto, ApprovalDto } from '../../chat/dto/approval.dto';
import { nameOf, questionsOf, wordsOf } from '../../contracts/approval-words';

/** In front of the number of an option of a question, which is no decision. */
const OPTION = 'option-';

export interface PermissionQuestion {
  readonly toolCall: ToolCallUpdate;
  readonly options: PermissionOption[];
}

/** What is asked of the person at the client; undefined for what can only be answered in words of one's own. */
export function permissionQuestion(approval: ApprovalDto): PermissionQuestion | undefined {
  const options = optionsOf(approval);
  if (options.every(({ kind }) => kind.startsWith('reject'))) return undefined;
  const { id, itemId, kind, choices } = approval;
  const words = [wordsOf(approval), ...(kind === 'command' ? choices.map(({ text }) => `- ${text}`) : [])].join('\n');
  const toolCall: ToolCallUpdate = {
    ...{ toolCallId: itemId ?? id, status: 'pending', title: titleOf(approval) },
    content: [{ type: 'content', content: { type: 'text', text: words } }],
    ...(kind === 'command' && { kind: 'execute' }),
    ...(kind === 'file_change' && { kind: 'edit' }),
  };
  return { toolCall, options };
}

/** What was chosen; undefined where nobody has decided. */
export function answerIn(
  approval: ApprovalDto,
  outcome: RequestPermissionOutcome,
): Pick<AnswerApprovalDto, 'decision' | 'answers'> | undefined {
  if (outcome.outcome !== 'selected') return undefined;
  const { optionId } = outcome;
  if (!optionId.startsWith(OPTION)) return { decision: optionId };
  const question = onlyQuestion(approval);
  const label = question?.options?.[Number(optionId.slice(OPTION.length))]?.label;
  if (question === undefined || label === undefined) return undefined;
  return { decision: 'answer', answers: { [question.id]: [label] } };
}

function optionsOf(approval: ApprovalDto): PermissionOption[] {
  const { kind, choices } = approval;
  if (kind !== 'user_input') return choices.map(optionOf);
  const labels = onlyQuestion(approval)?.options ?? [];
  const answers = labels.map(({ label }, index) => ({
    optionId: `${OPTION}${index}`,
    name: label,
    kind: 'allow_once' as const,
  }));
  return [...answers, ...choices.filter(({ effect }) => effect === 'refuse').map(optionOf)];
}

const optionOf = (choice: ApprovalChoiceDto): PermissionOption => ({
  ...{ optionId: nameOf(choice.decision), name: choice.text, kind: kindOf(choice) },
});

function kindOf({ effect, lasts }: ApprovalChoiceDto): PermissionOptionKind {
  if (effect === 'refuse') return 'reject_once';
  return lasts === 'once' || lasts === 'turn' ? 'allow_once' : 'allow_always';
}

function onlyQuestion({ request }: ApprovalDto): QuestionDto | undefined {
  const questions = questionsOf(request);
  return questions.length === 1 ? questions[0] : undefined;
}

function titleOf(approval: ApprovalDto): string {
  const { kind, request } = approval;
  const line =
    typeof request.line === 'object' && request.line !== null && 'text' in request.line ? request.line.text : '';
  if (kind === 'command' && typeof line === 'string' && line !== '') return line;
  return wordsOf(approval).split('\n', 1)[0] ?? kind;
}
