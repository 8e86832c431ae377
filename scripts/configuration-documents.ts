import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { CONFIG_CLASSES } from '../src/config/config.module';
import { envBindings } from '../src/config/env.decorator';

const SOURCES = join(__dirname, '..', 'src', 'config');

/** Defaults that the machine decides: they stand in words in the page, and empty in `.env.example`. */
const MACHINE_DEFAULTS: Readonly<Record<string, string>> = {
  CODEX_POOL_SIZE: 'one for each processor core, 2 to 8',
};

interface Setting {
  readonly variable: string;
  /** As it is written in the environment; empty for none. */
  readonly default: string;
  readonly description: string;
  /** The values that are taken, where they are a list; else empty. */
  readonly choices: readonly string[];
  /** The values that are taken, in words; empty when any text is. */
  readonly allowed: string;
  readonly isSecret: boolean;
}

interface Section {
  readonly title: string;
  readonly description: string;
  readonly settings: readonly Setting[];
}

/** The page of all settings, in Markdown as Prettier writes it. */
export function configurationPage(): string {
  return [PAGE_HEAD, ...readSections().map(sectionPage)].join('\n\n') + '\n';
}

/** Every variable with its default, in the form of a `.env` file. */
export function envExample(): string {
  return [ENV_HEAD, ...readSections().map(sectionExample)].join('\n') + '\n';
}

const PAGE_HEAD = `# Configuration

<!-- Generated from src/config by \`npm run docs:config\`; change the classes there. -->

Settings are environment variables, or lines of a file \`.env\` in the working directory; variables of the process go before
those of the file. An unset or empty variable has the default. A value that is not allowed stops the start with a sentence that
names the variable, its value and what is allowed. A change needs a restart.
[.env.example](../.env.example) lists all of them, ready to copy.

Models are described in \`CODEX_DATA_ROOT/global_config/llm_backends.yaml\`, which is read again when it changes:
[gateway.md](gateway.md). The variables that hold providers' keys are named there (\`api_key_env\`).`;

const ENV_HEAD = `# Every variable of codex-relay with its default. Copy to \`.env\` and change what you need; an unset or empty variable
# has the default. Variables of the process go before those of \`.env\`. Written by \`npm run docs:config\`.`;

function sectionPage({ title, description, settings }: Section): string {
  return [`## ${title}`, description, ...settings.map(settingPage)].join('\n\n');
}

function settingPage({ variable, default: value, description, allowed, isSecret }: Setting): string {
  const shown = MACHINE_DEFAULTS[variable] ?? (value === '' ? 'empty' : `\`${value}\``);
  const facts = [
    `- Default: ${shown}`,
    ...(allowed === '' ? [] : [`- Allowed: ${allowed}`]),
    ...(isSecret ? ['- Secret: its value stands in no message'] : []),
  ];
  return `### ${variable}\n\n${description}\n\n${facts.join('\n')}`;
}

function sectionExample({ title, settings }: Section): string {
  const rule = `# --- ${title} `.padEnd(118, '-');
  return ['', rule, ...settings.map(settingExample)].join('\n');
}

function settingExample({ variable, default: value, description, choices }: Setting): string {
  const isToldAlready = choices.every((choice) => description.includes(`\`${choice}\``));
  const text = isToldAlready ? description : `${description} One of: ${choices.join(', ')}.`;
  return `${wrap(text, 118)}\n${variable}=${value}`;
}

/** A text as comment lines of at most so many characters. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? '#'} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`# ${word}`);
  }
  return lines.join('\n');
}

function readSections(): Section[] {
  const descriptions = readDescriptions();
  return CONFIG_CLASSES.map((configClass) => {
    const config: object = new configClass();
    const settings = envBindings(configClass).map(({ property, variable, isSecret }) => ({
      ...{ variable, isSecret, description: descriptionOf(descriptions, `${configClass.name}.${property}`) },
      ...allowedValues(configClass, property),
      default: variable in MACHINE_DEFAULTS ? '' : textOf(Reflect.get(config, property)),
    }));
    const description = descriptionOf(descriptions, configClass.name);
    return { title: configClass.name.replace(/Config$/, ''), description, settings };
  });
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** @throws Error when a class or a setting has no documentation. */
function descriptionOf(descriptions: ReadonlyMap<string, string>, name: string): string {
  const description = descriptions.get(name);
  if (description === undefined) throw new Error(`${name} in src/config has no documentation comment`);
  return description;
}

/** The documentation comments of the configuration classes and their properties, by `Class` and `Class.property`. */
function readDescriptions(): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  for (const file of readdirSync(SOURCES).filter((name) => name.endsWith('.config.ts'))) {
    const source = ts.createSourceFile(file, readFileSync(join(SOURCES, file), 'utf8'), ts.ScriptTarget.Latest, true);
    for (const declared of source.statements.filter(ts.isClassDeclaration)) {
      const className = declared.name?.text ?? '';
      note(descriptions, className, declared);
      for (const member of declared.members.filter(ts.isPropertyDeclaration)) {
        note(descriptions, `${className}.${member.name.getText(source)}`, member);
      }
    }
  }
  return descriptions;
}

function note(descriptions: Map<string, string>, name: string, node: ts.Node): void {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
  const text = ts.getTextOfJSDocComment(comment)?.replace(/\s+/g, ' ').trim();
  if (text) descriptions.set(name, text);
}

/** What the validators of a setting take. */
function allowedValues(configClass: new () => object, property: string): Pick<Setting, 'choices' | 'allowed'> {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(configClass, '', false, false)
    .filter((rule) => rule.propertyName === property);
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const choices = (byName.get('isIn')?.constraints[0] ?? []) as readonly string[];
  return {
    choices,
    allowed: choices.length > 0 ? choices.map((choice) => `\`${choice}\``).join(', ') : inWords(byName),
  };
}

function inWords(rules: ReadonlyMap<string | undefined, ValidationMetadata>): string {
  const limitOf = (name: string) => rules.get(name)?.constraints[0] as number | undefined;
  if (rules.has('isInt')) return `a whole number ${rangeOf(limitOf('min'), limitOf('max'))}`;
  if (rules.has('isUrl')) return 'an address with http or https';
  const message = rules.get('matches')?.message;
  return typeof message === 'string'
    ? message.replace(/^each of it must be /, 'each ').replace(/^it must be /, '')
    : '';
}

const rangeOf = (min = 0, max?: number): string => (max === undefined ? `from ${min}` : `from ${min} to ${max}`);
