import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A thread of codex that a chat has or had, and which model backend serves it. The gateway knows loaded threads by its
 * `SessionRoutes` alone.
 */
@Entity({ name: 'llm_sessions' })
export class LlmSession {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ name: 'user_id', type: 'varchar' })
  userId!: string;

  @Index()
  @Column({ name: 'chat_id', type: 'varchar' })
  chatId!: string;

  /** Codex's thread, as its requests name it. */
  @Index({ unique: true })
  @Column({ name: 'codex_thread_id', type: 'varchar' })
  codexThreadId!: string;

  /** Id of the entry in `llm_backends.yaml`. */
  @Column({ type: 'varchar' })
  backend!: string;

  /** Model that replaces the backend's own; null: the backend's own. */
  @Column({ type: 'varchar', nullable: true })
  model!: string | null;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt!: string;

  @Column({ name: 'updated_at', type: 'varchar' })
  updatedAt!: string;
}
