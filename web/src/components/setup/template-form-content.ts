import type { TemplateContent } from '../../api/types';
import { textField } from '../shell/Page';

const numberField = (form: FormData, name: string): number | undefined => {
  const text = textField(form, name);
  return text === '' ? undefined : Number(text);
};

const choiceField = <T extends string>(form: FormData, name: string): T | undefined =>
  (textField(form, name) || undefined) as T | undefined;

const textsOf = (form: FormData, name: string): string[] =>
  form.getAll(name).filter((value) => typeof value === 'string');

/** What a form says of a template. What is empty is as it would be without a template. */
export function templateContentOf(form: FormData): TemplateContent {
  const network = textField(form, 'networkAccess');
  const titles = textsOf(form, 'starterTitle').map((text) => text.trim());
  const prompts = textsOf(form, 'starterPrompt').map((text) => text.trim());
  const starters = titles.flatMap((title, index) => {
    const prompt = prompts[index] ?? '';
    return title === '' && prompt === '' ? [] : [{ title, prompt }];
  });
  return {
    ...{ name: textField(form, 'name'), description: textField(form, 'description') },
    instructions: textField(form, 'instructions'),
    ...{ backend: choiceField(form, 'backend'), model: choiceField(form, 'model') },
    effort: choiceField<NonNullable<TemplateContent['effort']>>(form, 'effort'),
    sandboxMode: choiceField<NonNullable<TemplateContent['sandboxMode']>>(form, 'sandboxMode'),
    approvalPolicy: choiceField<NonNullable<TemplateContent['approvalPolicy']>>(form, 'approvalPolicy'),
    networkAccess: network === '' ? undefined : network === 'yes',
    tools: textsOf(form, 'tools') as TemplateContent['tools'],
    mcpServers: form.has('choosesMcpServers') ? textsOf(form, 'mcpServers') : undefined,
    skills: textsOf(form, 'skills'),
    ...{ temperature: numberField(form, 'temperature'), maxOutputTokens: numberField(form, 'maxOutputTokens') },
    ...{ maxModelCalls: numberField(form, 'maxModelCalls'), maxSeconds: numberField(form, 'maxSeconds') },
    starters,
  };
}
