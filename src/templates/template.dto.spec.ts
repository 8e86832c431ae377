import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CreateTemplateDto } from './template.dto';

describe('a template that a user makes', () => {
  const faults = (input: object): string[] => {
    const template = { name: 'Notes', instructions: 'Write notes.', ...input };
    return validateSync(plainToInstance(CreateTemplateDto, template)).map(({ property }) => property);
  };

  it('says something', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ instructions: ' \n ' })).toEqual(['instructions']);
    expect(faults({ instructions: '' })).toEqual(['instructions']);
    expect(faults({ name: '  ' })).toEqual(['name']);
    expect(faults({ starters: [{ title: ' ', prompt: ' ' }] })).toEqual(['starters']);
  });
});
