import { useEffect, useState } from 'react';
import { accountApi } from '../../api/account-api';
import type { Limit } from '../../api/types';
import { Limits } from '../shell/Limits';
import { Section } from '../shell/Page';

/** What one may use, and how much of it is used. */
export function OwnLimits({ onFault }: { onFault: (cause: unknown) => void }) {
  const [limits, setLimits] = useState<readonly Limit[]>([]);
  useEffect(() => void accountApi.limits().then(setLimits, onFault), [onFault]);
  if (limits.length === 0) return null;
  return (
    <Section title="Limits">
      <Limits limits={limits} />
    </Section>
  );
}
