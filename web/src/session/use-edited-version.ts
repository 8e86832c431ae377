import { useState } from 'react';
import { ApiProblem } from '../api/problem';

interface EditedVersion {
  /** Whether somebody else has changed it meanwhile: the next attempt replaces that. */
  isOverwriting: boolean;
  /** Does a change of the version that was read; once it is told that there is a newer one, of any. */
  change: <T>(run: (version: number | undefined) => Promise<T>) => Promise<T>;
}

/** @param version of what is changed, as it was read; null or left out: it has none */
export function useEditedVersion(version: number | null | undefined): EditedVersion {
  const [isOverwriting, setOverwriting] = useState(false);
  const change = async <T>(run: (version: number | undefined) => Promise<T>): Promise<T> => {
    try {
      return await run(isOverwriting ? undefined : (version ?? undefined));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'version_changed') setOverwriting(true);
      throw error;
    }
  };
  return { isOverwriting, change };
}
