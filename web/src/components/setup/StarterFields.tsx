import type { Template } from '../../api/types';
import { t } from '../../languages/text';
import { TextField } from '../shell/Fields';

const MOST = 8;

interface StarterFieldsProps {
  starters: Template['starters'];
  count: number;
  onCount: (count: number) => void;
}

/** The first messages that people are offered; those that are emptied go. */
export function StarterFields({ starters, count, onCount }: StarterFieldsProps) {
  return (
    <fieldset className="grid grid-cols-1 gap-3">
      <legend className="mb-1 text-sm font-medium">{t('First messages that people are offered')}</legend>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="grid gap-3 sm:grid-cols-[1fr_2fr]">
          <TextField
            label={t('Title {{number}}', { number: index + 1 })}
            name="starterTitle"
            maxLength={200}
            dir="auto"
            defaultValue={starters[index]?.title}
          />
          <TextField
            label={t('Message {{number}}', { number: index + 1 })}
            name="starterPrompt"
            maxLength={4_000}
            dir="auto"
            defaultValue={starters[index]?.prompt}
          />
        </div>
      ))}
      {count < MOST && (
        <button type="button" className="button justify-self-start" onClick={() => onCount(count + 1)}>
          {t('Add a first message')}
        </button>
      )}
    </fieldset>
  );
}
