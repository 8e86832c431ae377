import { useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import type { McpServer, McpServerChanges } from '../../api/types';
import { t } from '../../languages/text';
import { useSubmit } from '../../session/use-submit';
import { EditForm } from '../shell/EditForm';
import { CheckField, ChoiceField, TextField } from '../shell/Fields';
import { textField } from '../shell/Page';

interface McpServerFormProps {
  /** One that is changed; left out: a new one. */
  server?: McpServer;
  /** Whose a new one is; null: one's own. */
  projectId: string | null;
  onDone: (server: McpServer) => void;
  onCancel: () => void;
}

const SCHEME = 'https://';

type Auth = McpServer['auth'];

/** Adds an MCP server, or changes one. */
export function McpServerForm({ server, projectId, onDone, onCancel }: McpServerFormProps) {
  const [auth, setAuth] = useState<Auth>(server?.auth ?? 'none');
  const submission = useSubmit();
  const send = (form: FormData) => {
    const content = contentOf(form, auth);
    const made = { ...content, name: textField(form, 'name'), url: textField(form, 'url') };
    submission.submit(
      () =>
        server
          ? mcpApi.change(server.id, { ...content, url: textField(form, 'url') })
          : mcpApi.create({ ...made, ...(projectId !== null && { projectId }) }),
      onDone,
    );
  };
  const title = server ? t('Change {{name}}', { name: server.name }) : t('New MCP server');
  return (
    <EditForm
      title={title}
      submission={submission}
      submitLabel={server ? t('Save') : t('Add')}
      onSubmit={send}
      onCancel={onCancel}
    >
      {!server && (
        <TextField
          label={t('Name')}
          name="name"
          required
          autoFocus
          maxLength={64}
          spellCheck={false}
          hint={t('What the agent calls it by: small letters, digits, “-” and “_”, beginning with a letter.')}
        />
      )}
      <TextField
        label={t('Address')}
        name="url"
        type="url"
        required
        maxLength={2_000}
        placeholder={SCHEME}
        defaultValue={server?.url ?? ''}
        hint={
          server
            ? t('Another address has no token, and nobody is signed in there.')
            : t('Over streamable HTTP, on a host that the operator allows.')
        }
      />
      <TextField
        label={t('What it is for')}
        name="description"
        maxLength={500}
        defaultValue={server?.description ?? ''}
      />
      <ChoiceField
        label={t('How it knows who calls')}
        value={auth}
        onChange={(event) => setAuth(event.currentTarget.value as Auth)}
        options={[
          ['none', t('It does not ask')],
          ['bearer', t('By a token')],
          ['oauth', t('Each person signs in (OAuth)')],
        ]}
      />
      {auth === 'bearer' && (
        <TextField
          label={t('Token')}
          name="bearerToken"
          type="password"
          maxLength={8_192}
          autoComplete="new-password"
          required={!server?.hasBearerToken}
          hint={
            server?.hasBearerToken ? t('Empty: the one that it has stays.') : t('It is encrypted, and never shown.')
          }
        />
      )}
      {auth === 'oauth' && (
        <TextField
          label={t('Client id')}
          name="oauthClientId"
          spellCheck={false}
          maxLength={500}
          hint={t('Empty: the service registers itself.')}
        />
      )}
      <TextField
        label={t('Only these tools')}
        name="enabledTools"
        spellCheck={false}
        defaultValue={server?.enabledTools?.join(' ') ?? ''}
        hint={t('Names with spaces between them; empty: all that it has.')}
      />
      <CheckField
        label={t('In every chat that does not choose otherwise')}
        name="isOn"
        defaultChecked={server?.mode === 'default_on'}
      />
      <CheckField
        label={t('Ask a person before each call')}
        name="asks"
        defaultChecked={server?.approval === 'always'}
        hint={t('Otherwise as its tools say: those that only read are not asked about.')}
      />
    </EditForm>
  );
}

function contentOf(form: FormData, auth: Auth): McpServerChanges {
  const names = textField(form, 'enabledTools')
    .split(/[\s,]+/)
    .filter(Boolean);
  const token = textField(form, 'bearerToken');
  const client = textField(form, 'oauthClientId');
  return {
    ...{ description: textField(form, 'description'), auth, enabledTools: names.length > 0 ? names : null },
    ...{ mode: form.has('isOn') ? 'default_on' : 'opt_in', approval: form.has('asks') ? 'always' : 'auto' },
    ...(token && { bearerToken: token }),
    ...(client && { oauthClientId: client }),
  };
}
