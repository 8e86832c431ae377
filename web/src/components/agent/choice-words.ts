import type { ApprovalChoice } from '../../api/types';
import { t, type Words, words } from '../../languages/text';

const byText = (known: readonly Words[]): ReadonlyMap<string, Words> => new Map(known.map((text) => [text, text]));

const GRANTS = byText([
  words('in the sandbox, with the network'),
  words('in the sandbox, without network'),
  words('in the sandbox, and outside of it where that gets in the way, with the network'),
  words('outside of the sandbox, with the network'),
]);

const CHOICES = byText([
  words('Do not allow it; the agent is told so and goes on.'),
  words('Do not allow it, and stop the turn.'),
  words('Do not answer; the agent goes on.'),
  words('Make these changes, once.'),
  words('Make these changes, and others of the same files in this session.'),
  words('Grant it for the rest of this turn.'),
  words('Grant it for this session.'),
  words('Answer it.'),
]);

/**
 * How a command runs that is allowed, in the language of the page.
 *
 * @param text as the service says it; what this page does not know word for word stays so, as nobody may be told less than that
 */
export function grantInWords(text: string): string {
  const known = GRANTS.get(text);
  return known ? t(known) : text;
}

/** The same of what a decision comes to. @param grant how its command runs, as the service says it; undefined where it is none */
export function choiceInWords({ text, rule }: Pick<ApprovalChoice, 'text' | 'rule'>, grant?: string): string {
  const known = CHOICES.get(text);
  if (known) return t(known);
  if (grant === undefined) return text;
  const how = grantInWords(grant);
  if (text === `Run it once, ${grant}.`) return t('Run it once, {{how}}.', { how });
  if (text === `Run it, and the same command again in this session, ${grant}.`) {
    return t('Run it, and the same command again in this session, {{how}}.', { how });
  }
  const begins = rule?.text ?? '';
  if (text === `Run it, and from now on in this chat whatever begins with \`${begins}\` without asking, ${grant}.`) {
    return t('Run it, and from now on in this chat whatever begins with `{{begins}}` without asking, {{how}}.', {
      begins,
      how,
    });
  }
  return text;
}
