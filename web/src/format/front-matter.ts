const BLOCK = /^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/;

/** What stands below the block of names and values at the beginning of a document, where it has one. */
export const withoutFrontMatter = (document: string): string => document.replace(BLOCK, '').trimStart();
