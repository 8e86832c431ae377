import { useAui, useAuiState } from '@assistant-ui/react';
import { useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import { imageAttachment, imageUrl } from './image-attachment';
import { bytesOf, chooseImages, readAsDataUrl } from './image-files';
import { t } from '../../languages/text';

/** The pictures of the message being written, and what is wrong with those that were offered. */
export function useImages(isAllowed: boolean) {
  const aui = useAui();
  const attachments = useAuiState((state) => state.composer.attachments);
  const images = attachments.filter(({ type }) => type === 'image');
  const [problem, setProblem] = useState<string | null>(null);

  const offer = useCallback(
    async (offered: readonly File[]) => {
      if (offered.length === 0) return;
      if (!isAllowed) return setProblem(t('This backend takes no images.'));
      const composer = aui.composer();
      const pictures = composer.getState().attachments.filter(({ type }) => type === 'image');
      const present = pictures.map((image) => ({ bytes: bytesOf(imageUrl(image)) }));
      const choice = chooseImages(offered, present);
      setProblem(choice.problem);
      try {
        for (const file of choice.files) {
          await composer.addAttachment(imageAttachment(await readAsDataUrl(file), file.name));
        }
      } catch (error) {
        setProblem(describeError(error));
      }
    },
    [aui, isAllowed],
  );

  const remove = (id: string) => {
    setProblem(null);
    void aui.composer().attachment({ id }).remove();
  };

  useEffect(() => {
    if (
      isAllowed ||
      !aui
        .composer()
        .getState()
        .attachments.some(({ type }) => type === 'image')
    )
      return;
    void aui.composer().clearAttachments();
    setProblem(t('This backend takes no images. Those added before were taken out.'));
  }, [aui, isAllowed]);

  return { images, problem, offer, remove, dismiss: () => setProblem(null) };
}
