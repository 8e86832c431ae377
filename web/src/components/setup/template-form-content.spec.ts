import { templateContentOf } from './template-form-content';

function formOf(fields: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}

const NEEDED = [
  ['name', ' Notes '],
  ['instructions', 'Write.'],
] as const;

describe('what a form says of a template', () => {
  it('leaves out what is empty, so that it is as without a template', () => {
    const content = templateContentOf(formOf([...NEEDED, ['backend', ''], ['temperature', ''], ['networkAccess', '']]));
    expect(JSON.parse(JSON.stringify(content))).toEqual({
      ...{ name: 'Notes', description: '', instructions: 'Write.', tools: [], skills: [], starters: [] },
    });
  });

  it('tells no MCP servers from those that are usual', () => {
    expect(templateContentOf(formOf(NEEDED)).mcpServers).toBeUndefined();
    expect(templateContentOf(formOf([...NEEDED, ['choosesMcpServers', 'on']])).mcpServers).toEqual([]);
    const chosen = templateContentOf(formOf([...NEEDED, ['choosesMcpServers', 'on'], ['mcpServers', 'tickets']]));
    expect(chosen.mcpServers).toEqual(['tickets']);
  });

  it('has numbers, what may reach the network, and starters that say something', () => {
    const content = templateContentOf(
      formOf([
        ...NEEDED,
        ['temperature', '0.2'],
        ['networkAccess', 'no'],
        ['starterTitle', 'Begin'],
        ['starterPrompt', 'Write the notes.'],
        ['starterTitle', ' '],
        ['starterPrompt', ''],
      ]),
    );
    expect(content).toMatchObject({ temperature: 0.2, networkAccess: false });
    expect(content.starters).toEqual([{ title: 'Begin', prompt: 'Write the notes.' }]);
  });
});
