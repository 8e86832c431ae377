import { conflict, DomainError, unavailable } from '../common/domain.error';
import { GitError } from '../runtime/git/git.errors';

const MAX_WORDS = 600;

export const unreachable = (why: string): DomainError =>
  unavailable('repository_unreachable', `The repository cannot be reached: ${why}.`);
export const NO_WORKING_COPY = conflict(
  'no_working_copy',
  'The chat has no working copy of a repository: its project has none, or it has not been checked out yet.',
);
export const OTHER_REPOSITORY = conflict(
  'repository_changed',
  'The working copy is of another repository than the one that the project of the chat has now.',
);
export const noSuchBranch = (branch: string): DomainError =>
  conflict('branch_not_found', `The repository has no branch "${branch}".`);

export const pushRejected = (why: string): DomainError =>
  conflict('push_rejected', `The host has not taken the branch: ${why}`);

/** What git has said of a host, in words for whoever asked. */
export function remoteErrorOf(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  const said = wordsOf(error);
  if (/\[(?:remote )?rejected\]|stale info/.test(said)) return pushRejected(said);
  if (
    /Authentication failed|could not read Username|Permission denied|returned error: 40[13]|not authorized/i.test(said)
  )
    return conflict('repository_auth_failed', `The repository does not let the service in: ${said}`);
  if (/Host key verification failed|REMOTE HOST IDENTIFICATION/i.test(said))
    return conflict('host_key_changed', `The host has another key than the one that is known of it: ${said}`);
  if (/File size limit|File too large|pack exceeds maximum/i.test(said) || error.exitCode === null)
    return unavailable('repository_unreachable', `Git was ended: it took too long, or more came than may: ${said}`);
  return unavailable('repository_unreachable', `Git could not do it: ${said}`);
}

/** Of git in a workspace. */
export function workspaceErrorOf(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  if (error.reason === 'absent')
    return unavailable('git_unavailable', `Git cannot be run in a sandbox here: ${error.message}`);
  return conflict('git_failed', `Git could not do it: ${wordsOf(error)}`);
}

/** The end of what it said, on one line. */
export const wordsOf = ({ message, stderr }: GitError): string =>
  (stderr === '' ? message : stderr)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(-MAX_WORDS);
