import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** That a user has signed in to an MCP server: what the service may call it with for them. */
@Entity('mcp_grants')
@Index(['serverId', 'userId'], { unique: true })
@Index(['userId'])
export class McpGrantEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Of a row, or the name of one of the operator's. */
  @Column('varchar')
  serverId: string;

  @Column('varchar')
  userId: string;

  /** Address of the server that it was given for: it goes to no other. */
  @Column('varchar')
  resource: string;

  /** Tokens, and the client that has them. */
  @Column('text')
  ciphertext: string;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
