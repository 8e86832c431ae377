import type { ReactNode } from 'react';
import type {
  Approval,
  ChangedFile,
  CommandRequest,
  FileChangeRequest,
  PathTarget,
  Question,
  ToolCallRequest,
} from '../../api/types';
import { MarkedText, TextFacts } from './MarkedText';

/** What an approval is about. */
export function ApprovalRequest({ approval }: { approval: Approval }) {
  switch (approval.kind) {
    case 'command':
      return <CommandToRun request={approval.request} />;
    case 'file_change':
      return <ChangesToMake request={approval.request} />;
    case 'user_input':
      // While it is open the form asks them.
      return approval.status === 'pending' ? null : <AskedQuestions questions={approval.request.questions} />;
    case 'tool_call':
      return <CallToMake request={approval.request} />;
    default:
      return <OtherRequest request={approval.request} />;
  }
}

function CommandToRun({ request }: { request: CommandRequest }) {
  const { command, line, shell, cwd, reason, network, isInside } = request;
  const place = cwd === '.' ? 'the workspace' : cwd;
  return (
    <>
      <Reason text={reason} />
      {line ? (
        <>
          <Code>
            <MarkedText value={line} />
          </Code>
          <p className="mt-1.5 text-xs break-all text-muted-foreground">
            {shell && `by ${shell}, `}
            <TextFacts value={line} />
          </p>
        </>
      ) : (
        command && <Code>{command}</Code>
      )}
      {network !== undefined && <Code>{`Network: ${JSON.stringify(network)}`}</Code>}
      {place && (
        <p className="mt-1.5 text-xs break-all text-muted-foreground">
          working directory: {place}
          {isInside === false && <Outside />}
        </p>
      )}
    </>
  );
}

function ChangesToMake({ request }: { request: FileChangeRequest }) {
  const { reason, grantRoot, fileCount } = request;
  // Questions of earlier versions of the service have none.
  const files = (request.files as ChangedFile[] | undefined) ?? [];
  return (
    <>
      <Reason text={reason} />
      {grantRoot && <Reason text={`Also allows all further writes below ${grantRoot}.`} />}
      {files.map((file) => (
        <FileToChange key={file.place.path.text} file={file} />
      ))}
      {fileCount > files.length && (
        <Reason text={`… and ${fileCount - files.length} more files, which are not shown.`} />
      )}
    </>
  );
}

function FileToChange({ file: { kind, place, movedTo, diff } }: { file: ChangedFile }) {
  return (
    <div className="mt-2">
      <p className="break-all">
        {kind} <Place place={place} />
        {movedTo && (
          <>
            {' and move it to '}
            <Place place={movedTo} />
          </>
        )}
        {' · '}
        <TextFacts value={diff} />
      </p>
      <Code>
        <MarkedText value={diff} />
      </Code>
    </div>
  );
}

function Place({ place: { path, target, isInside, isLink } }: { place: PathTarget }) {
  return (
    <code className="font-mono text-[0.8125rem]">
      <MarkedText value={path} />
      {isLink && (
        <>
          {' → '}
          <MarkedText value={target} />
        </>
      )}
      {!isInside && <Outside />}
    </code>
  );
}

function Outside() {
  return <strong className="ml-1 text-danger">outside of the workspace</strong>;
}

function CallToMake({ request: { tool, shown } }: { request: ToolCallRequest }) {
  return (
    <>
      <p className="mt-1.5 break-all">
        <code className="font-mono text-[0.8125rem]">{tool}</code>
        {' · '}
        <TextFacts value={shown} />
      </p>
      <Code>
        <MarkedText value={shown} />
      </Code>
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
      <Code>{JSON.stringify(request, null, 2)}</Code>
    </>
  );
}

function Reason({ text }: { text: string | null }) {
  return text ? <p className="mt-1.5 break-words text-muted-foreground">{text}</p> : null;
}

function Code({ children }: { children: ReactNode }) {
  return (
    <pre className="mt-2 rounded-lg border bg-background px-3 py-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap">
      {children}
    </pre>
  );
}
