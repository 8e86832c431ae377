import type { Approval, VisibleText } from '../../api/types';
import { t } from '../../languages/text';

/** What an approval was about, in short; null where its kind says enough. */
export function subjectOf(approval: Approval): string | VisibleText | null {
  switch (approval.kind) {
    case 'command':
      return approval.request.line ?? approval.request.command;
    case 'file_change': {
      const [first] = approval.request.files;
      if (first === undefined) return null;
      const more = approval.request.fileCount - 1;
      return more > 0
        ? t('{{file}} and {{count}} more', { file: first.place.path.text, count: more })
        : first.place.path.text;
    }
    case 'tool_call':
      return approval.request.tool;
    case 'user_input':
      return approval.request.questions[0]?.question ?? null;
    default:
      return null;
  }
}
