import type { Attachment } from '@assistant-ui/react';
import { Icon } from '../shell/Icon';
import { imageUrl } from './image-attachment';
import { t } from '../../languages/text';

interface ImagePreviewsProps {
  images: readonly Attachment[];
  onRemove: (id: string) => void;
}

/** The pictures that will be sent along. */
export function ImagePreviews({ images, onRemove }: ImagePreviewsProps) {
  if (images.length === 0) return null;
  return (
    <ul aria-label={t('Images to send')} className="flex flex-wrap gap-2.5 px-1.5 pt-1.5">
      {images.map((image) => (
        <li key={image.id} className="relative">
          <img
            src={imageUrl(image)}
            alt={image.name}
            title={image.name}
            className="size-16 rounded-lg border object-cover"
          />
          <button
            type="button"
            aria-label={t('Remove {{name}}', { name: image.name })}
            title={t('Remove')}
            onClick={() => onRemove(image.id)}
            className="absolute -top-2 -end-2 grid size-6 place-items-center pointer-coarse:size-8 rounded-full border bg-background text-muted-foreground shadow-sm hover:text-foreground"
          >
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
