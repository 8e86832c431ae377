import type { UserMessage } from '../../app-server/agent/agent-message';

const GUIDE = `You are asked for a review of changes that another engineer has made in this workspace. Change no file, and commit nothing: look, and report.

How to look: use git in the workspace (\`git status\`, \`git diff\`, \`git diff --staged\`, \`git log\`, \`git show\`), and read the code around a change as far as it is needed to judge it. Files that git does not track yet are changes, too. Where the folder is no repository, review the files that the message names.

What to report: mistakes that the author would want to know of and would correct. Each is real (say which input or state goes wrong, and how), was brought in by the changes, and is about correctness, security, speed or upkeep; no matters of taste, no praise, nothing that you only suspect.

How to report, in Markdown: first one sentence with your verdict, whether the changes are right as they are. Then the findings, the worst first, each as "[P0]" (must not be shipped) to "[P3]" (minor), a title, \`path:line\`, and a few sentences. Where there is nothing to report, say so.`;

/** The message of a review as the agent is given it: with what a review is. */
export const withReviewGuide = ({ id, content }: UserMessage): UserMessage => ({
  id,
  content: [{ type: 'text', text: GUIDE }, ...content],
});
