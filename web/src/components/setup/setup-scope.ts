import type { Backend, Project } from '../../api/types';

/** Whose templates, skills and MCP servers are shown, and what the person may do. */
export interface SetupScope {
  /** Null: one's own, and everybody's. */
  project: Project | null;
  /** Whether the person may change anything at all. */
  mayWrite: boolean;
  backends: readonly Backend[];
}

export const idOf = ({ project }: SetupScope): string | null => project?.id ?? null;

/** Whether one may make and change templates and skills there. */
export const mayEdit = ({ project, mayWrite }: SetupScope): boolean => mayWrite && project?.role !== 'viewer';

/** Whether one may add and change MCP servers there. */
export const mayManage = ({ project, mayWrite }: SetupScope): boolean =>
  mayWrite && (project === null || project.role === 'owner');
