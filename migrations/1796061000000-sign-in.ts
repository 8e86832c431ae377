import { MigrationInterface, QueryRunner, Table, TableColumnOptions, TableIndex } from 'typeorm';

const text = (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  ...{ name, type: 'varchar' },
  ...options,
});
const nullable = { isNullable: true };
const id = text('id', { isPrimary: true });

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: [string[], boolean?][] }[] = [
  {
    name: 'browser_sessions',
    columns: [
      ...[id, text('user_id'), text('secret_hash'), text('created_at'), text('last_used_at'), text('expires_at')],
      ...[text('user_agent'), text('address'), text('provider_session', nullable), text('refresh_at', nullable)],
      text('provider_tokens', { type: 'text', ...nullable }),
    ],
    indices: [[['secret_hash'], true], [['user_id', 'id']], [['expires_at']], [['provider_session']]],
  },
  {
    name: 'user_tokens',
    columns: [
      ...[id, text('user_id'), text('name'), text('hash'), text('start'), text('scopes'), text('created_at')],
      ...[text('expires_at', nullable), text('last_used_at', nullable)],
    ],
    indices: [[['hash'], true], [['user_id', 'id']]],
  },
  {
    name: 'local_accounts',
    columns: [
      ...[text('user_id', { isPrimary: true }), text('login'), text('password_hash')],
      ...[text('created_at'), text('changed_at')],
    ],
    indices: [[['login'], true]],
  },
  {
    name: 'account_links',
    columns: [
      ...[id, text('hash'), text('purpose'), text('user_id', nullable), text('login', nullable), text('role')],
      ...[text('created_at'), text('expires_at')],
    ],
    indices: [[['hash'], true], [['expires_at']]],
  },
];

const indicesOf = ({ name, indices = [] }: (typeof TABLES)[number]): TableIndex[] =>
  indices.map(
    ([columnNames, isUnique]) => new TableIndex({ name: `${name}_${columnNames.join('_')}`, columnNames, isUnique }),
  );

const userKey = {
  ...{ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
};

/** What users sign in with: browser sessions, tokens, passwords, and links by which an account is made or mended. */
export class SignIn1796061000000 implements MigrationInterface {
  readonly name = 'SignIn1796061000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      const { name, columns } = table;
      await runner.createTable(new Table({ name, columns, foreignKeys: [userKey], indices: indicesOf(table) }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
