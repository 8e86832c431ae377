import { useCallback } from 'react';
import { type PageQuery, projectsApi } from '../../api/projects-api';
import type { Project } from '../../api/types';
import { usePaged } from '../../session/use-paged';

interface ProjectFilterProps {
  /** Null: the chats of all projects. */
  projectId: string | null;
  onProject: (id: string | null) => void;
}

/** Whose chats are listed, and where a new one belongs; only for those who are in more than their own project. */
export function ProjectFilter({ projectId, onProject }: ProjectFilterProps) {
  const { rows } = usePaged<Project>(useCallback((query: PageQuery) => projectsApi.list({ ...query, limit: 200 }), []));
  if (!rows || rows.length < 2) return null;
  return (
    <div className="px-3 pb-3">
      <select
        aria-label="Project"
        value={projectId ?? ''}
        onChange={(event) => onProject(event.target.value || null)}
        className="h-9 w-full truncate rounded-lg border bg-background px-2 text-sm pointer-coarse:h-10"
      >
        <option value="">All projects</option>
        {rows.map((project) => (
          <option key={project.id} value={project.id}>
            {project.name}
          </option>
        ))}
      </select>
    </div>
  );
}
