import { Injectable } from '@nestjs/common';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import { Database } from '../../database/database';

/** Rows read at a time. */
const PAGE = 200;
/** Columns that are no more than a proof of something secret. */
const SECRET = /hash|secret|cipher|password|verifier/i;

/** Columns by which a row is somebody's, the first of those that a table has. */
const OWNERS = ['userId', 'authorId', 'actorId', 'personalOf'];

/** All rows of a user, table by table, as JSON lines; of every table there is that names its user. */
@Injectable()
export class UserExport {
  constructor(private readonly database: Database) {}

  /** Lines with their ends; `{"table":"messages","row":{...}}`. Never more than a page of them is in memory. */
  async *lines(userId: string): AsyncGenerator<string> {
    for (const metadata of this.database.read.connection.entityMetadatas) {
      if (metadata.tableName === 'users') yield* this.rows(metadata, 'id', userId);
      // Messages that the user wrote in the chats of others are theirs as well.
      for (const owner of OWNERS) {
        if (metadata.findColumnWithPropertyName(owner) === undefined) continue;
        yield* this.rows(metadata, owner, userId);
      }
    }
  }

  private async *rows(metadata: EntityMetadata, owner: string, userId: string): AsyncGenerator<string> {
    const keys = metadata.primaryColumns.map(({ propertyName }) => propertyName);
    const shown = metadata.columns.map(({ propertyName }) => propertyName).filter((name) => !SECRET.test(name));
    for (let skip = 0; ; skip += PAGE) {
      const rows = await this.database.read.find<ObjectLiteral>(metadata.target, {
        where: { [owner]: userId },
        order: Object.fromEntries(keys.map((key) => [key, 'ASC'])),
        ...{ skip, take: PAGE },
      });
      for (const row of rows) {
        // Those were told under their owner already.
        if (owner === 'authorId' && row.userId === userId) continue;
        const visible = Object.fromEntries(shown.map((name) => [name, row[name] as unknown]));
        yield `${JSON.stringify({ table: metadata.tableName, row: visible })}\n`;
      }
      if (rows.length < PAGE) return;
    }
  }
}
