import { useCallback } from 'react';
import { projectsApi } from '../../api/projects-api';
import { type SetupKind, setupHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { ChoiceField } from '../shell/Fields';

const MOST = 200;

/** Chooses whose are shown: one's own and everybody's, or a project's. */
export function ScopePicker({ kind, projectId }: { kind: SetupKind; projectId: string | null }) {
  const { value } = useReading(useCallback(() => projectsApi.list({ limit: MOST }), []));
  const projects = value?.data ?? [];
  const isListed = projectId === null || projects.some(({ id }) => id === projectId);
  return (
    <div className="min-w-0 flex-1 basis-48">
      <ChoiceField
        label={t('Whose')}
        value={projectId ?? ''}
        onChange={(event) => window.location.assign(setupHash(kind, event.currentTarget.value || null))}
        options={[
          ['', kind === 'skills' ? t('For all chats') : t('Your own, and for everybody')],
          ...projects.map(({ id, name }) => [id, name] as const),
          ...(isListed || projectId === null ? [] : [[projectId, t('This project')] as const]),
        ]}
      />
    </div>
  );
}
