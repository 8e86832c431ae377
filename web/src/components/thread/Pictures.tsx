import { t } from '../../languages/text';
import { type CSSProperties, useState } from 'react';
import type { ShownImage } from '../../log/chat-view';
import { Dialog } from '../code/Dialog';
import { Icon } from '../shell/Icon';
import { isOwnAddress } from './own-address';

/** As `max-h-64` and `h-28`. */
const [ALONE, AMONG_OTHERS] = [256, 112];

/** The place of a picture that is not there yet, so that nothing moves when it comes. */
function placeOf({ size }: ShownImage, isAlone: boolean): CSSProperties | undefined {
  if (!size) return undefined;
  const height = isAlone ? Math.min(size.height, ALONE) : AMONG_OTHERS;
  const width = (size.width / size.height) * height;
  return isAlone ? { width, aspectRatio: size.width / size.height } : { width };
}

/** Pictures sent along: shown where they are part of the message, otherwise only named. A click shows one as large as it fits. */
export function Pictures({ images }: { images: readonly ShownImage[] }) {
  const [enlarged, setEnlarged] = useState<number | null>(null);
  if (images.length === 0) return null;
  const shown = enlarged === null ? undefined : images[enlarged]?.url;
  return (
    <div className="flex flex-wrap gap-2 not-first:mt-2">
      {images.map((image, index) =>
        isOwnAddress(image.url) ? (
          <button
            key={index}
            type="button"
            className="max-w-full cursor-zoom-in rounded-lg"
            aria-label={t('Enlarge picture {{number}}', { number: index + 1 })}
            onClick={() => setEnlarged(index)}
          >
            <img
              src={image.url}
              alt={t('Picture {{number}}', { number: index + 1 })}
              style={placeOf(image, images.length === 1)}
              className={`max-w-full rounded-lg ${images.length === 1 ? 'max-h-64' : 'h-28 object-cover'}`}
            />
          </button>
        ) : (
          <span key={index} className="flex min-w-0 items-center gap-1.5 text-sm break-all text-muted-foreground">
            <Icon name="image" /> {image.url}
          </span>
        ),
      )}
      {shown !== undefined && (
        <Dialog
          title={t('Picture {{number}}', { number: (enlarged ?? 0) + 1 })}
          onClose={() => setEnlarged(null)}
          actions={
            <a
              href={shown}
              download
              className="icon-button"
              aria-label={t('Download the picture')}
              title={t('Download')}
            >
              <Icon name="download" size={14} />
            </a>
          }
        >
          <img
            src={shown}
            alt={t('Picture {{number}}', { number: (enlarged ?? 0) + 1 })}
            className="mx-auto min-h-0 max-w-full object-contain"
          />
        </Dialog>
      )}
    </div>
  );
}
