import { appendFileSync, existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BranchDto } from '../../src/branches/branch.dto';
import { Exposition } from '../support/exposition';
import { pdfOf } from '../support/pdf-of';
import { toolsIn } from '../support/tool-calls';
import { call, ToolSuite } from '../support/tool-suite';

/** What every chat of the suite has; templates add to it. */
const OF_ALL = ['file_write', 'file_edit', 'bash', 'search'];
const OF_TEMPLATES: Record<string, readonly string[]> = {
  ...{ default: [], minimal: [], script_writer: [], test_writer: [], code_reviewer: ['file_read'] },
  ...{ data_analyst: ['file_read', 'environment_setup'] },
  ...{ node_dev: ['environment_setup'], python_dev: ['environment_setup'] },
};

/** A PDF of 30 pages, a log of 2 GB, a text in Latin-1, and a binary. */
function layOutFiles(workspace: string): void {
  const pages = Array.from({ length: 30 }, (_, page) => `This is page ${page + 1}`);
  writeFileSync(join(workspace, 'book.pdf'), pdfOf(pages));
  writeFileSync(join(workspace, 'latin.txt'), Buffer.from('Grüße\naus Köln\n', 'latin1'));
  writeFileSync(join(workspace, 'data.bin'), Buffer.from([0, 1, 2, 255, 254, 0, 7]));
  const log = join(workspace, 'huge.log');
  writeFileSync(log, 'a line of a log\n'.repeat(10_000));
  truncateSync(log, 2 * 1024 ** 3);
  appendFileSync(log, '\nthe last line\n');
}

describe('a chat of the template', () => {
  const suite = new ToolSuite({ AGENT_TOOLS: OF_ALL.join(','), CODEX_POOL_SIZE: '1' });

  it.each(Object.entries(OF_TEMPLATES))(
    '%s has the tools that it names, which work on real files and answer what is wrong',
    async (template, more) => {
      const isReader = template === 'code_reviewer';
      const { id, workspace } = await suite.newChat({ template, approvalPolicy: undefined });
      if (more.includes('file_read')) layOutFiles(workspace);
      writeFileSync(join(workspace, 'there.txt'), 'one line\n');
      const language = template === 'python_dev' ? 'python' : 'node';
      const [written, edited, ran, found, unknown, wrong, broken, ...others] = await suite.callAll(
        id,
        call('file_write', { path: 'made/by.txt', content: 'made\n' }),
        call('file_edit', { path: 'there.txt', edits: [{ old_text: 'one', new_text: 'another' }] }),
        call('bash', { command: 'cat there.txt; pwd' }),
        call('search', { pattern: 'line', glob: ['*.txt'] }),
        call('no_such_tool', {}),
        call('file_write', { path: 7 }),
        call('search', '{"pattern": '),
        ...(more.includes('environment_setup') ? [call('environment_setup', { language })] : []),
        ...['book.pdf', 'huge.log', 'latin.txt', 'data.bin'].flatMap((path) =>
          more.includes('file_read') ? [call('file_read', { path, ...(path === 'huge.log' && { offset: -1 }) })] : [],
        ),
        ...(more.includes('file_read') ? [] : [call('file_read', { path: 'there.txt' })]),
      );
      const offered = toolsIn(suite.model.requests.at(-1)!).filter((name) =>
        /^(file_|bash|search|environment)/.test(name),
      );
      expect(offered.sort()).toEqual([...OF_ALL, ...more].sort());
      const line = isReader ? 'one line' : 'another line';
      if (isReader) expect(written?.text).toContain('lies where this chat may not write');
      else
        expect([written?.text, edited?.text]).toEqual([
          expect.stringContaining('Wrote'),
          expect.stringContaining(`+${line}`),
        ]);
      expect(existsSync(join(workspace, 'made/by.txt'))).toBe(!isReader);
      expect(ran?.text).toContain(`${line}\n${workspace}`);
      expect(found?.text).toContain(`there.txt:1:${line}`);
      expect(unknown?.text).toMatch(/no_such_tool/);
      expect(wrong?.text).toContain('The input of file_write is wrong:');
      expect(broken?.text).not.toBe('');
      const environment = more.includes('environment_setup') ? others.shift() : undefined;
      if (environment) expect(environment.text).toMatch(language === 'python' ? /Python 3/ : /Node/i);
      if (!more.includes('file_read')) {
        expect(others.map(({ text }) => text)).toEqual([expect.stringContaining('file_read')]);
        return;
      }
      const [pdf, log, latin, binary] = others.map(({ text }) => text);
      expect(pdf).toContain('This is page 1\n');
      expect(pdf).toMatch(/PDF of 30 pages/);
      expect(log).toContain('the last line');
      expect(latin).toMatch(/latin-1[^]*aus Köln/);
      expect(binary).toContain('7 bytes of binary data');
    },
  );

  it('has its tools in a branch, too, where the agent goes on with what it knew', async () => {
    const { id, workspace } = await suite.newChat({ template: 'code_reviewer' });
    writeFileSync(join(workspace, 'there.txt'), 'one line\n');
    await suite.callAll(id, call('file_read', { path: 'there.txt' }));
    const [turn] = await suite.service.client.turns(id);
    const path = `/api/v1/chats/${id}/fork`;
    const { body } = await suite.service.client.request<BranchDto>('POST', path, { afterTurnId: turn?.id });
    expect(body.memory).toBe('thread');
    const results = await suite.callAll(body.chat.id, call('file_read', { path: 'there.txt' }), call('nothing', {}));
    expect(toolsIn(suite.model.requests.at(-1)!)).toEqual(expect.arrayContaining([...OF_ALL, 'file_read']));
    expect(results.filter(({ text }) => text.includes('one line'))).toHaveLength(2);
  });

  it('has its calls counted by the kind of tool and what they came to', async () => {
    const metrics = await Exposition.of(suite.service.url);
    const calls = (labels: Record<string, string>): number => metrics.value('codex_relay_tool_calls_total', labels);
    expect(calls({ kind: 'builtin', result: 'answered' })).toBeGreaterThan(20);
    expect(calls({ kind: 'builtin', result: 'invalid' })).toBeGreaterThanOrEqual(8);
    expect(calls({ kind: 'builtin', result: 'refused' })).toBeGreaterThan(0);
    expect(metrics.value('codex_relay_tool_call_seconds_count', { kind: 'builtin' })).toBeGreaterThan(20);
    expect(calls({ kind: 'custom', result: 'answered' })).toBe(0);
  });
});
