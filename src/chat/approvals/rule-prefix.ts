import { basename } from 'node:path';
import type { AgentDecision } from '../../app-server/agent/agent-question';
import type { SimpleCommands } from '../../app-server/agent/shell-line';

/** The decision of codex that makes a rule of the beginning of a command. */
const RULE_DECISION = 'acceptWithExecpolicyAmendment';
const MAX_WORDS = 32;
const MAX_LENGTH = 1_000;
/** Of a word that hides something, or is no word: control, direction and zero-width characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

/** Programs that run whatever they are given, however their words begin. */
const RUN_ANYTHING =
  /^(?:(?:ba|z|da|k|c|tc|fi)?sh|env|sudo|doas|su|runuser|setpriv|xargs|parallel|find|fd|nohup|nice|ionice|chrt|taskset|time|timeout|setsid|stdbuf|unbuffer|script|watch|entr|strace|ltrace|gdb|eval|exec|command|builtin|source|busybox|toybox|ssh|docker|podman|kubectl|chroot|unshare|nsenter|bwrap|systemd-run|at|batch|crontab|awk|gawk|mawk|sed|vi|vim|nvim|emacs|ed|less|more|man|tar|rsync|socat|nc)$/;
/** Programs that run what their next word names, or what an option holds. */
const RUN_NAMED =
  /^(?:python[\d.]*|pypy[\d.]*|node|deno|bun|bunx|perl[\d.]*|ruby[\d.]*|php[\d.]*|lua[\d.]*|Rscript|java|npx|npm|pnpm|yarn|corepack|make|gmake|cmake|ninja|just|task|cargo|go|git|gh|uv|uvx|pip[\d.]*|pipx|poetry|hatch|tox|nox|conda|gradle|gradlew|mvn|mvnw|ant|dotnet|rake|bundle|gem|composer|bazel|nix|direnv|mise|asdf|pre-commit|pytest|jest|vitest|tsx|ts-node)$/;
/** Words after which such a program runs the next one. */
const RUN_NEXT = new Set([
  'run',
  'exec',
  'x',
  'dlx',
  'foreach',
  'bisect',
  'rebase',
  'submodule',
  'config',
  'tool',
  'shell',
]);

/** The beginning that an offered decision would make a rule of; undefined for other decisions. */
export function rulePrefixOf(decision: AgentDecision): readonly string[] | undefined {
  if (typeof decision === 'string') return undefined;
  const amendment = decision[RULE_DECISION];
  const words: unknown =
    typeof amendment === 'object' && amendment !== null && 'execpolicy_amendment' in amendment
      ? amendment.execpolicy_amendment
      : undefined;
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
}

/** Whether all that a command runs begins so. */
export const begins = (commands: SimpleCommands, prefix: readonly string[]): boolean =>
  commands.every((command) => startsWith(command, prefix));

export const startsWith = (command: readonly string[], prefix: readonly string[]): boolean =>
  prefix.length > 0 && prefix.every((word, index) => command[index] === word);

/** Whether a rule may begin so: not where it would allow whatever a program is told to start. */
export function isNarrow(prefix: readonly string[]): boolean {
  const [program = '', second = '', third] = prefix;
  const length = prefix.reduce((sum, word) => sum + word.length, 0);
  if (program === '' || prefix.length > MAX_WORDS || length > MAX_LENGTH || prefix.some((word) => HIDDEN.test(word))) {
    return false;
  }
  const name = basename(program);
  if (RUN_ANYTHING.test(name)) return false;
  if (!RUN_NAMED.test(name)) return true;
  return isName(second) && (!RUN_NEXT.has(second) || isName(third ?? ''));
}

/** Not an option, which may hold anything. */
const isName = (word: string): boolean => word !== '' && !word.startsWith('-');

/** Of the decisions that codex offers those that hold for one command, or make a rule of this chat that may be. */
export function offeredDecisions(
  decisions: readonly AgentDecision[],
  commands: SimpleCommands | undefined,
): AgentDecision[] {
  return decisions.filter((decision) => {
    if (typeof decision === 'string') return true;
    const prefix = rulePrefixOf(decision);
    return prefix !== undefined && commands !== undefined && begins(commands, prefix) && isNarrow(prefix);
  });
}
