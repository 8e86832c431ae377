import { useRef } from 'react';
import { Icon } from '../shell/Icon';
import { ACCEPTED_TYPES } from './image-files';

/** A button that asks for image files; on a phone the system offers the camera and the photos. */
export function ImageField({ onPick }: { onPick: (files: File[]) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        accept={ACCEPTED_TYPES}
        multiple
        hidden
        aria-label="Images"
        onChange={(event) => {
          onPick(Array.from(event.target.files ?? []));
          // So that the same file can be picked again.
          event.target.value = '';
        }}
      />
      <button
        type="button"
        className="icon-button pointer-fine:size-9"
        aria-label="Add images"
        title="Add images"
        onClick={() => field.current?.click()}
      >
        <Icon name="image" size={18} />
      </button>
    </>
  );
}
