import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { McpApproval, McpMode } from './catalog/mcp-server';

/** An MCP server that a user, or an owner of a project, has added. */
@Entity('mcp_servers')
@Index(['userId', 'name'], { unique: true })
@Index(['projectId', 'name'], { unique: true })
export class McpServerEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Whose it is; null: the project's. */
  @Column('varchar', { nullable: true })
  userId: string | null;

  @Column('varchar', { nullable: true })
  projectId: string | null;

  @Column('varchar')
  name: string;

  @Column('varchar')
  url: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('varchar')
  mode: Exclude<McpMode, 'required'>;

  @Column('varchar')
  auth: 'none' | 'bearer' | 'oauth';

  /** Ciphertext of the bearer token; null: none was given. */
  @Column('text', { nullable: true })
  secret: string | null;

  /** Of the client at the server's authorization server; null: the service registers itself. */
  @Column('varchar', { nullable: true })
  oauthClientId: string | null;

  /** Null: all. */
  @Column('simple-json', { nullable: true })
  enabledTools: string[] | null;

  @Column('varchar')
  approval: Exclude<McpApproval, 'never'>;

  @Column('integer')
  toolTimeoutSeconds: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
