import type { UsageSum } from '../../api/types';
import type { DayRange } from '../../format/day-range';
import { t, type Words, words } from '../../languages/text';
import { type UsageFilter, useUsage } from '../../session/use-usage';
import { Section } from '../shell/Page';
import { Read } from '../shell/ReadState';
import { type Group, type Metric, nameOf } from './metric';
import { SumTable } from './SumTable';
import { saveUsage } from './usage-csv';

const TITLES: Record<Group, Words> = {
  backend: words('By backend'),
  model: words('By model'),
  user: words('By user'),
  key: words('By gateway key'),
};

interface SumSectionProps {
  group: Group;
  range: DayRange;
  filter: UsageFilter;
  metric: Metric;
  currency: string;
  keys: ReadonlyMap<string, string>;
  hrefOf?: (group: Group, sum: UsageSum) => string | null;
}

export function SumSection({ group, range, filter, metric, currency, keys, hrefOf }: SumSectionProps) {
  const reading = useUsage(range, group === 'model' ? 'backend,model' : group, filter);
  const title = t(TITLES[group]);
  const rows = reading.value?.rows ?? [];
  const save = () => saveUsage(`usage-by-${group}-${range.from}-${range.to}`, rows, { keys, currency });
  return (
    <Section title={title} aside={rows.length > 0 && <SaveButton title={title} onSave={save} />}>
      <Read reading={reading}>
        {(sums) => (
          <>
            <SumTable
              {...{ group, metric, currency, rows: sums.rows }}
              nameOf={(sum) => nameOf(group, sum, keys)}
              hrefOf={hrefOf && ((sum) => hrefOf(group, sum))}
            />
            {sums.isCut && <p className="text-sm text-warning">{t('There is more than this table shows.')}</p>}
          </>
        )}
      </Read>
    </Section>
  );
}

export function SaveButton({ title, onSave }: { title: string; onSave: () => void }) {
  return (
    <button type="button" className="button" onClick={onSave} aria-label={t('{{title}}: download as CSV', { title })}>
      {t('CSV')}
    </button>
  );
}
