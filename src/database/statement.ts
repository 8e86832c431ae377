import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** A statement in the making: escapes names, and collects values as parameters in the form that the column stores. */
export class Statement {
  readonly parameters: unknown[] = [];

  constructor(private readonly driver: DataSource['driver']) {}

  name(name: string): string {
    return this.driver.escape(name);
  }

  /** Adds a text of no column; returns the placeholder that stands for it. */
  text(value: string): string {
    const placeholder = this.driver.createParameter('text', this.parameters.length);
    this.parameters.push(value);
    return placeholder;
  }

  /** Adds the value; returns the placeholder that stands for it. */
  value(column: ColumnMetadata, value: unknown): string {
    const placeholder = this.driver.createParameter(column.databaseName, this.parameters.length);
    this.parameters.push(this.driver.preparePersistentValue(value, column));
    return placeholder;
  }
}
