import { type ReactNode, useState } from 'react';
import type {
  Approval,
  ChangedFile,
  CommandRequest,
  FileChangeRequest,
  PathTarget,
  Question,
  ToolCallRequest,
} from '../../api/types';
import type { VisibleText } from '../../api/types';
import { MarkedText, TextFacts } from './MarkedText';

type Display = Approval['display'];

/** What an approval is about. */
export function ApprovalRequest({ approval }: { approval: Approval }) {
  const { display } = approval;
  switch (approval.kind) {
    case 'command':
      return <CommandToRun request={approval.request} display={display} />;
    case 'file_change':
      return <ChangesToMake request={approval.request} display={display} />;
    case 'user_input':
      // While it is open the form asks them.
      return approval.status === 'pending' ? null : <AskedQuestions questions={approval.request.questions} />;
    case 'tool_call':
      return <CallToMake request={approval.request} />;
    default:
      return <OtherRequest request={approval.request} display={display} />;
  }
}

function CommandToRun({ request, display }: { request: CommandRequest; display: Display }) {
  const { command, line, shell, cwd, reason, network, isInside, grants } = request;
  const place = cwd === '.' ? 'the workspace' : cwd;
  return (
    <>
      <Reason text={reason} shown={display.reason} />
      {grants && (
        <p className="mt-1.5">
          If you allow it, it runs{' '}
          <strong className={grants.sandbox === 'inside' ? '' : 'text-danger'}>{grants.text}</strong>.
        </p>
      )}
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
        command && <Code>{display.command ? <MarkedText value={display.command} /> : command}</Code>
      )}
      {display.argv && <Words value={display.argv} />}
      {network !== undefined && <Code>{`Network: ${JSON.stringify(network)}`}</Code>}
      {place && (
        <p className="mt-1.5 text-xs break-all text-muted-foreground">
          working directory: {cwd !== '.' && display.cwd ? <MarkedText value={display.cwd} /> : place}
          {isInside === false && <Outside />}
        </p>
      )}
    </>
  );
}

/** The words of a command as it is started: the same as its line, told apart. */
function Words({ value }: { value: VisibleText }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="mt-1.5 text-xs text-muted-foreground"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="cursor-pointer">As its words</summary>
      {isOpen && (
        <Code>
          <MarkedText value={value} />
        </Code>
      )}
    </details>
  );
}

function ChangesToMake({ request, display }: { request: FileChangeRequest; display: Display }) {
  const { reason, grantRoot, fileCount } = request;
  // Questions of earlier versions of the service have none.
  const files = (request.files as ChangedFile[] | undefined) ?? [];
  return (
    <>
      <Reason text={reason} shown={display.reason} />
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
function OtherRequest({ request, display }: { request: Record<string, unknown>; display: Display }) {
  const words = [request.reason, request.message].find((value) => typeof value === 'string');
  const fields = Object.entries(display);
  return (
    <>
      <Reason text={words ?? null} shown={display.reason ?? display.message} />
      {fields.length === 0 && <Code>{JSON.stringify(request, null, 2)}</Code>}
      {fields.map(([name, value]) => (
        <div key={name} className="mt-1.5">
          <p className="text-xs text-muted-foreground">{name}</p>
          <Code>
            <MarkedText value={value} />
          </Code>
        </div>
      ))}
    </>
  );
}

/** @param shown the same with nothing hidden; questions of earlier versions of the service have none */
function Reason({ text, shown }: { text: string | null; shown?: VisibleText }) {
  if (!text) return null;
  return <p className="mt-1.5 break-words text-muted-foreground">{shown ? <MarkedText value={shown} /> : text}</p>;
}

function Code({ children }: { children: ReactNode }) {
  return (
    <pre className="mt-2 rounded-lg border bg-background px-3 py-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap">
      {children}
    </pre>
  );
}
