import { accountApi } from '../../api/account-api';
import type { Limit } from '../../api/types';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { Limits } from '../shell/Limits';
import { Section } from '../shell/Page';
import { Read } from '../shell/ReadState';

const readLimits = () => accountApi.limits();

/** What one may use, and how much of it is used. */
export function OwnLimits() {
  const reading = useReading<readonly Limit[]>(readLimits);
  return (
    <Section title={t('Limits')}>
      <Read reading={reading}>{(limits) => <Limits limits={limits} />}</Read>
    </Section>
  );
}
