import { type FormEvent, useCallback } from 'react';
import { type PageQuery, projectsApi } from '../../api/projects-api';
import type { Member, Project, ProjectRole } from '../../api/types';
import { useAccount, useIsReader } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { useSubmit } from '../../session/use-submit';
import { Fault, FIELD, Rows, Section, textField } from '../shell/Page';
import { t, type Words, words } from '../../languages/text';

const ROLES: readonly { role: ProjectRole; name: Words; text: Words }[] = [
  { role: 'viewer', name: words('viewer'), text: words('viewer: reads') },
  { role: 'editor', name: words('editor'), text: words('editor: works in the chats') },
  { role: 'owner', name: words('owner'), text: words('owner: says who is a member') },
];

const nameOf = (role: ProjectRole): Words => ROLES.find((each) => each.role === role)?.name ?? words('viewer');

/** Who is in a project, and for its owners, who comes in and what they may do. */
export function Members({ project }: { project: Project }) {
  const { id } = project;
  const list = usePaged<Member>(useCallback((query: PageQuery) => projectsApi.members(id, query), [id]));
  const me = useAccount();
  const isReader = useIsReader();
  const isOwner = project.role === 'owner' && !isReader;
  return (
    <Section title={t('Members')}>
      <Rows list={list} keyOf={({ userId }) => userId} nothing={t('Nobody.')}>
        {(member) => (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <span className="min-w-0 flex-1 break-words">
              {member.displayName}
              {member.userId === me?.id && <span className="text-muted-foreground"> {t('(you)')}</span>}
            </span>
            {isOwner ? (
              <select
                aria-label={t('Role of {{name}}', { name: member.displayName })}
                value={member.role}
                className="rounded-lg border bg-background px-2 py-1.5 text-sm"
                onChange={(event) =>
                  list.change(projectsApi.changeMember(id, member.userId, event.target.value as ProjectRole))
                }
              >
                {ROLES.map(({ role, name }) => (
                  <option key={role} value={role}>
                    {t(name)}
                  </option>
                ))}
              </select>
            ) : (
              <span className="text-muted-foreground">{t(nameOf(member.role))}</span>
            )}
            {(isOwner || (member.userId === me?.id && !isReader)) && (
              <button
                type="button"
                className="button"
                aria-label={member.userId === me?.id ? undefined : t('Remove {{name}}', { name: member.displayName })}
                onClick={() => list.change(projectsApi.removeMember(id, member.userId))}
              >
                {member.userId === me?.id ? t('Leave') : t('Remove')}
              </button>
            )}
          </div>
        )}
      </Rows>
      {isOwner && <NewMember projectId={id} onAdded={list.reload} />}
    </Section>
  );
}

/** What was typed stays until somebody was added by it. */
function NewMember({ projectId, onAdded }: { projectId: string; onAdded: () => void }) {
  const submission = useSubmit();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget;
    const form = new FormData(field);
    const who = textField(form, 'who');
    const role = textField(form, 'role') as ProjectRole;
    submission.submit(
      () => projectsApi.addMember(projectId, { ...(who.includes('@') ? { email: who } : { userId: who }), role }),
      () => {
        field.reset();
        onAdded();
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_auto_auto] sm:items-end">
      <label className="text-sm font-medium">
        {t('Id or address of a user')}
        <input name="who" required maxLength={200} className={FIELD} />
      </label>
      <label className="text-sm font-medium">
        {t('Role')}
        <select name="role" defaultValue="editor" className={FIELD}>
          {ROLES.map(({ role, text }) => (
            <option key={role} value={role}>
              {t(text)}
            </option>
          ))}
        </select>
      </label>
      <button className="button" disabled={submission.isBusy}>
        {t('Add')}
      </button>
      <div className="empty:hidden sm:col-span-3">
        <Fault text={submission.error} />
      </div>
    </form>
  );
}
