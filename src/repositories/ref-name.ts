/** What git takes as the name of a branch, and no option of it, in the characters that hosts show. */
const BRANCH = /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9_./+#@=-]{0,199}(?<![./])$/;

export const isBranchName = (name: string): boolean => BRANCH.test(name) && !/(?:^|\/)\./.test(name);

export const isCommitId = (text: string): boolean => /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
