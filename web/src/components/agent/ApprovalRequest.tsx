import type { Approval, CommandRequest, Question } from '../../api/types';
import { displayCommand } from '../../format/shell-command';

/** What an approval is about. */
export function ApprovalRequest({ approval }: { approval: Approval }) {
  switch (approval.kind) {
    case 'command':
      return <CommandToRun request={approval.request} />;
    case 'file_change':
      // The step that it is about shows the changes.
      return <Reason text={approval.request.reason} />;
    case 'user_input':
      // While it is open the form asks them.
      return approval.status === 'pending' ? null : <AskedQuestions questions={approval.request.questions} />;
    default:
      return <OtherRequest request={approval.request} />;
  }
}

function CommandToRun({ request: { command, cwd, reason, network } }: { request: CommandRequest }) {
  return (
    <>
      <Reason text={reason} />
      {command && <Code text={displayCommand(command)} />}
      {network !== undefined && <Code text={`Network: ${JSON.stringify(network)}`} />}
      {cwd && (
        <p className="mt-1.5 text-xs break-all text-muted-foreground">in {cwd === '.' ? 'the workspace' : cwd}</p>
      )}
    </>
  );
}

function AskedQuestions({ questions }: { questions: readonly Question[] }) {
  return questions.map(({ id, question }) => <Reason key={id} text={question} />);
}

/** Kinds whose request codex may shape freely: the words first, all of it below. */
function OtherRequest({ request }: { request: Record<string, unknown> }) {
  const words = [request.reason, request.message].find((value) => typeof value === 'string');
  return (
    <>
      <Reason text={words ?? null} />
      <Code text={JSON.stringify(request, null, 2)} />
    </>
  );
}

function Reason({ text }: { text: string | null }) {
  return text ? <p className="mt-1.5 break-words text-muted-foreground">{text}</p> : null;
}

function Code({ text }: { text: string }) {
  return (
    <pre className="mt-2 max-h-48 overflow-auto rounded-lg border bg-background px-3 py-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap">
      {text}
    </pre>
  );
}
