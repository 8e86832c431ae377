import { useRef } from 'react';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

/** A button that asks for files of any kind; on a phone the system offers the camera and the photos, too. */
export function FileField({ onPick }: { onPick: (files: File[]) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={t('Files')}
        onChange={(event) => {
          onPick(Array.from(event.target.files ?? []));
          // So that the same file can be picked again.
          event.target.value = '';
        }}
      />
      <button
        type="button"
        className="icon-button pointer-fine:size-9"
        aria-label={t('Attach files')}
        title={t('Attach files')}
        onClick={() => field.current?.click()}
      >
        <Icon name="clip" size={18} />
      </button>
    </>
  );
}
