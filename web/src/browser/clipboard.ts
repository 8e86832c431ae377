import { t } from '../languages/text';
/**
 * Puts a text on the clipboard, also on a page without a secure origin, where browsers keep their newer interface back.
 *
 * @throws Error where the browser does not let a page do so at all
 */
export async function copyText(text: string): Promise<void> {
  // Absent without a secure origin, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) return clipboard.writeText(text);
  const holder = document.activeElement?.closest('dialog') ?? document.body;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.ariaHidden = 'true';
  field.className = 'fixed -top-full';
  const focused = document.activeElement;
  holder.append(field);
  try {
    field.select();
    // The only way that is left there.
    if (!document.execCommand('copy')) throw new Error(t('The browser does not let this page copy.'));
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}

/** Saves a text as a file of that name. */
export const saveText = (text: string, name: string): void =>
  saveBlob(new Blob([text], { type: 'text/plain;charset=utf-8' }), name);

/** Saves what was fetched as a file of that name. */
export function saveBlob(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
