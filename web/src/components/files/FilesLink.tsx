import { filesHash } from '../../browser/hash-route';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

/** From a chat to the files of its workspace. */
export function FilesLink({ chatId }: { chatId: string }) {
  return (
    <a
      href={filesHash(chatId, 'files')}
      className="icon-button"
      aria-label={t('Files of this chat')}
      title={t('Files')}
    >
      <Icon name="folder" size={18} />
    </a>
  );
}
