import { useEffect, useState } from 'react';
import { relayApi } from '../api/relay-api';
import type { Template } from '../api/types';

/** What a chat of the project can be made from; null until known, none when the server does not tell. */
export function useTemplates(projectId: string | null): readonly Template[] | null {
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  useEffect(() => {
    let isLeft = false;
    relayApi.listTemplates(projectId).then(
      (list) => isLeft || setTemplates(list),
      () => isLeft || setTemplates([]),
    );
    return () => {
      isLeft = true;
    };
  }, [projectId]);
  return templates;
}
