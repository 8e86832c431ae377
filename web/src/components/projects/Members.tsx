import { type FormEvent, useCallback } from 'react';
import { type PageQuery, projectsApi } from '../../api/projects-api';
import type { Member, Project, ProjectRole } from '../../api/types';
import { useAccount } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { FIELD, Rows, Section, textField } from '../shell/Page';

const ROLES: readonly { role: ProjectRole; text: string }[] = [
  { role: 'viewer', text: 'viewer: reads' },
  { role: 'editor', text: 'editor: works in the chats' },
  { role: 'owner', text: 'owner: says who is a member' },
];

/** Who is in a project, and for its owners, who comes in and what they may do. */
export function Members({ project }: { project: Project }) {
  const { id } = project;
  const list = usePaged<Member>(useCallback((query: PageQuery) => projectsApi.members(id, query), [id]));
  const me = useAccount();
  const isOwner = project.role === 'owner';
  return (
    <Section title="Members">
      <Rows list={list} keyOf={({ userId }) => userId} nothing="Nobody.">
        {(member) => (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <span className="min-w-0 flex-1 break-words">
              {member.displayName}
              {member.userId === me?.id && <span className="text-muted-foreground"> (you)</span>}
            </span>
            {isOwner ? (
              <select
                aria-label={`Role of ${member.displayName}`}
                value={member.role}
                className="rounded-lg border bg-background px-2 py-1.5 text-sm"
                onChange={(event) =>
                  list.change(projectsApi.changeMember(id, member.userId, event.target.value as ProjectRole))
                }
              >
                {ROLES.map(({ role }) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            ) : (
              <span className="text-muted-foreground">{member.role}</span>
            )}
            {(isOwner || member.userId === me?.id) && (
              <button
                type="button"
                className="button"
                aria-label={`Remove ${member.displayName}`}
                onClick={() => list.change(projectsApi.removeMember(id, member.userId))}
              >
                {member.userId === me?.id ? 'Leave' : 'Remove'}
              </button>
            )}
          </div>
        )}
      </Rows>
      {isOwner && <NewMember onAdd={(who, role) => list.change(projectsApi.addMember(id, { ...who, role }))} />}
    </Section>
  );
}

type Who = { email: string } | { userId: string };

function NewMember({ onAdd }: { onAdd: (who: Who, role: ProjectRole) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const who = textField(form, 'who');
    onAdd(who.includes('@') ? { email: who } : { userId: who }, textField(form, 'role') as ProjectRole);
    event.currentTarget.reset();
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_auto_auto] sm:items-end">
      <label className="text-sm font-medium">
        Id or address of a user
        <input name="who" required maxLength={200} className={FIELD} />
      </label>
      <label className="text-sm font-medium">
        Role
        <select name="role" defaultValue="editor" className={FIELD}>
          {ROLES.map(({ role, text }) => (
            <option key={role} value={role}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button className="button">Add</button>
    </form>
  );
}
