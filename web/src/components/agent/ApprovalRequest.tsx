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
import { Trans } from '../../languages/Trans';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { grantInWords } from './choice-words';
import { MarkedText, TextFacts } from './MarkedText';
import { networkInWords } from './network-words';
import { t, words } from '../../languages/text';

type Display = Approval['display'];

interface ApprovalRequestProps {
  approval: Approval;
  /** A form below it has its questions. */
  isAskedByForm?: boolean;
}

/** What an approval is about. */
export function ApprovalRequest({ approval, isAskedByForm = false }: ApprovalRequestProps) {
  const { display } = approval;
  switch (approval.kind) {
    case 'command':
      return <CommandToRun request={approval.request} display={display} />;
    case 'file_change':
      return <ChangesToMake request={approval.request} display={display} />;
    case 'user_input':
      return isAskedByForm ? null : <AskedQuestions questions={approval.request.questions} />;
    case 'tool_call':
      return <CallToMake request={approval.request} />;
    default:
      return <OtherRequest request={approval.request} display={display} />;
  }
}

function CommandToRun({ request, display }: { request: CommandRequest; display: Display }) {
  const { command, line, shell, cwd, reason, network, isInside, grants } = request;
  const place = cwd === '.' ? t('the workspace') : cwd;
  return (
    <>
      {grants && (
        <p className="mt-1.5">
          <Trans
            text="If you allow it, it runs <how/>."
            parts={{
              how: (
                <strong dir="auto" className={grants.sandbox === 'inside' ? '' : 'text-danger'}>
                  {grantInWords(grants.text)}
                </strong>
              ),
            }}
          />
        </p>
      )}
      {line ? (
        <>
          <Code>
            <MarkedText value={line} />
          </Code>
          <p className="mt-1.5 text-xs break-all text-muted-foreground">
            {shell && (
              <>
                <Trans text="by <shell/>" parts={{ shell: <bdi dir="ltr">{shell}</bdi> }} />
                {t(', ')}
              </>
            )}
            <TextFacts value={line} />
          </p>
        </>
      ) : (
        command && <Code>{display.command ? <MarkedText value={display.command} /> : <Visible text={command} />}</Code>
      )}
      {display.argv && <Words value={display.argv} />}
      {network !== undefined && (
        <p className="mt-1.5 break-words">
          <Trans
            text="It asks for the network: <place/>"
            parts={{
              place: (
                <strong>
                  <Visible text={networkInWords(network)} />
                </strong>
              ),
            }}
          />
        </p>
      )}
      {place && (
        <p className="mt-1.5 text-xs break-all text-muted-foreground">
          {t('working directory:')}{' '}
          <bdi>{cwd !== '.' && display.cwd ? <MarkedText value={display.cwd} /> : <Visible text={place} />}</bdi>
          {isInside === true && cwd !== '.' && ` ${t('(inside of the workspace)')}`}
          {isInside === false && <Outside />}
        </p>
      )}
      {/* Last: these words are the agent's, and as long as it likes. */}
      <Reason text={reason} shown={display.reason} />
    </>
  );
}

/** The words of a command as it is started: the same as its line, told apart. */
function Words({ value }: { value: VisibleText }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="group/words mt-1.5 text-xs text-muted-foreground"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="flex w-fit items-center gap-1 rounded-md hover:text-foreground">
        <Icon
          name="chevron"
          size={12}
          className="transition-transform group-open/words:rotate-90 rtl:-scale-x-100 rtl:group-open/words:-rotate-90"
        />
        {t('As its words')}
      </summary>
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
      {grantRoot && <Reason text={t('Also allows all further writes below {{folder}}.', { folder: grantRoot })} />}
      {files.map((file) => (
        <FileToChange key={file.place.path.text} file={file} />
      ))}
      {fileCount > files.length && (
        <Reason text={t('… and {{count}} more files, which are not shown.', { count: fileCount - files.length })} />
      )}
    </>
  );
}

const CHANGE_WORDS = { add: words('add <file/>'), update: words('update <file/>'), delete: words('delete <file/>') };

function FileToChange({ file: { kind, place, movedTo, diff } }: { file: ChangedFile }) {
  return (
    <div className="mt-2">
      <p className="break-all">
        <Trans text={CHANGE_WORDS[kind]} parts={{ file: <Place place={place} /> }} />
        {movedTo && (
          <>
            {' '}
            <Trans text="and move it to <file/>" parts={{ file: <Place place={movedTo} /> }} />
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
    <code dir="ltr" className="font-mono text-[0.8125rem]">
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
  return <strong className="ms-1 text-danger">{t('outside of the workspace')}</strong>;
}

function CallToMake({ request: { tool, shown } }: { request: ToolCallRequest }) {
  return (
    <>
      <p className="mt-1.5 break-all">
        <code dir="ltr" className="font-mono text-[0.8125rem]">
          <Visible text={tool} />
        </code>
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
      {fields.length === 0 && (
        <Code>
          <Visible text={JSON.stringify(request, null, 2)} />
        </Code>
      )}
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
  return (
    <p className="mt-1.5 break-words text-muted-foreground">
      {shown ? <MarkedText value={shown} /> : <Visible text={text} />}
    </p>
  );
}

function Code({ children }: { children: ReactNode }) {
  return (
    <pre
      dir="ltr"
      className="mt-2 rounded-lg border bg-background px-3 py-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap"
    >
      {children}
    </pre>
  );
}
