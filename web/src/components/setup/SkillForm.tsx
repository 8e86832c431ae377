import { useState } from 'react';
import { skillsApi } from '../../api/skills-api';
import type { ProjectSkill, SkillFile } from '../../api/types';
import { t } from '../../languages/text';
import { useEditedVersion } from '../../session/use-edited-version';
import { useSubmit } from '../../session/use-submit';
import { EditForm } from '../shell/EditForm';
import { AreaField, TextField } from '../shell/Fields';

interface SkillFormProps {
  projectId: string;
  /** One that is changed; left out: a new one. */
  skill?: ProjectSkill;
  onDone: (skill: ProjectSkill) => void;
  onCancel: () => void;
}

/** Of one skill, beside its SKILL.md. */
const MOST_FILES = 20;
const MOST_CHARACTERS = 65_536;

/** What the file is called, in every language. */
const DOCUMENT = 'SKILL.md';
const BEGINNING = `---
name:
description:
---

`;

/** Makes a skill of a project, or changes one. */
export function SkillForm({ projectId, skill, onDone, onCancel }: SkillFormProps) {
  const [document, setDocument] = useState(skill?.document ?? BEGINNING);
  const [files, setFiles] = useState<readonly SkillFile[]>(skill?.files ?? []);
  const submission = useSubmit();
  const edited = useEditedVersion(skill?.version);
  const send = () => {
    const body = { document, files: [...files] };
    submission.submit(
      () =>
        skill
          ? edited.change((version) => skillsApi.change(projectId, skill.name, { ...body, version }))
          : skillsApi.create(projectId, body),
      onDone,
    );
  };
  /** A SKILL.md is the document, the others are files beside it. */
  const take = async (given: readonly File[]) => {
    for (const file of given) {
      const content = await file.text();
      if (/^skill\.md$/i.test(file.name)) setDocument(content);
      else setFiles((before) => [...before.filter(({ path }) => path !== file.name), { path: file.name, content }]);
    }
  };
  const setFile = (index: number, changes: Partial<SkillFile>) =>
    setFiles(files.map((file, at) => (at === index ? { ...file, ...changes } : file)));
  const title = skill ? t('Change {{name}}', { name: skill.name }) : t('New skill');
  return (
    <EditForm
      title={title}
      submission={submission}
      submitLabel={!skill ? t('Make the skill') : edited.isOverwriting ? t('Save over it') : t('Save')}
      onSubmit={send}
      onCancel={onCancel}
      actions={
        <>
          {files.length < MOST_FILES && (
            <button type="button" className="button" onClick={() => setFiles([...files, { path: '', content: '' }])}>
              {t('Add a file')}
            </button>
          )}
          <label className="button cursor-pointer focus-within:outline-2 focus-within:outline-ring">
            {t('Take in text files')}
            <input
              type="file"
              multiple
              className="sr-only"
              onChange={(event) => {
                void take([...(event.currentTarget.files ?? [])]);
                event.currentTarget.value = '';
              }}
            />
          </label>
        </>
      }
    >
      <AreaField
        label={DOCUMENT}
        isCode
        required
        autoFocus
        rows={12}
        maxLength={MOST_CHARACTERS}
        value={document}
        onChange={(event) => setDocument(event.currentTarget.value)}
        hint={t(
          'Between the lines “---” its name (small letters, digits, hyphens) and when it is of use; below them what to do.',
        )}
      />
      {files.map(({ path, content }, index) => (
        <fieldset key={index} className="grid grid-cols-1 gap-2 rounded-lg border p-3">
          <legend className="px-1 text-sm">{path || t('New file')}</legend>
          <TextField
            label={t('Path of file {{number}}', { number: index + 1 })}
            required
            spellCheck={false}
            placeholder="references/style.md"
            value={path}
            onChange={(event) => setFile(index, { path: event.currentTarget.value })}
          />
          <AreaField
            label={t('Text of file {{number}}', { number: index + 1 })}
            isCode
            rows={5}
            maxLength={MOST_CHARACTERS}
            value={content}
            onChange={(event) => setFile(index, { content: event.currentTarget.value })}
          />
          <button
            type="button"
            className="button justify-self-start"
            aria-label={t('Leave out file {{number}}', { number: index + 1 })}
            onClick={() => setFiles(files.filter((_, at) => at !== index))}
          >
            {t('Leave out')}
          </button>
        </fieldset>
      ))}
    </EditForm>
  );
}
