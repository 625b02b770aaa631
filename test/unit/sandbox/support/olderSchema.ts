import { DatabaseSync } from 'node:sqlite';
import { migrations, schemaVersion } from '../../../../src/sandbox/store/schema.ts';
import type { Database } from '../../../../src/sandbox/store/database.ts';

const columnsOfVersion3 = [
  'places',
  'asked_removals',
  'confirmed_removals',
  'run_added',
  'run_changed',
  'run_removed',
];

/** The SQL that undoes each migration, by the version that the migration upgrades from. */
const undoing: ReadonlyMap<number, string> = new Map([
  [2, columnsOfVersion3.map((column) => `ALTER TABLE datasources DROP COLUMN ${column};`).join('\n')],
  [3, 'DROP TABLE expired_files; DROP INDEX resources_with_exception;'],
  [4, 'DROP TABLE group_members; DROP TABLE people_groups;'],
  [5, 'ALTER TABLE resources DROP COLUMN fields;'],
  [
    6,
    'DROP TRIGGER node_settings_removed; DROP TRIGGER resource_settings_removed; DROP TABLE access_settings;',
  ],
  [7, 'DROP TABLE favorites;'],
  [
    8,
    `DROP TABLE text_index;
     CREATE VIRTUAL TABLE text_index USING fts5 (
       title, extracted_text, content = 'texts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
     );
     INSERT INTO text_index (text_index) VALUES ('rebuild');
     DELETE FROM settings WHERE name = 'reindex';`,
  ],
  [
    9,
    `DROP INDEX resources_by_parent; DROP INDEX parts_of_datasource; ALTER TABLE resources DROP COLUMN parent_id;`,
  ],
]);

/** The versions that the sandbox can upgrade, oldest first. */
export const olderVersions: readonly number[] = [...migrations.keys()].sort((a, b) => a - b);

/** Gives a closed database file of the current version the schema of an older version. Keeps the other data. */
export function downgrade(file: string, version: number): void {
  const database = new DatabaseSync(file);
  try {
    for (let at = schemaVersion - 1; at >= version; at--) {
      const sql = undoing.get(at);
      if (sql === undefined)
        throw new Error(`olderSchema.ts does not undo the migration from version ${at}.`);
      database.exec(sql);
    }
    database.exec(`PRAGMA user_version = ${version}`);
  } finally {
    database.close();
  }
}

/** The tables with their columns, the indexes and the triggers, in an order that does not depend on the upgrade. */
export function schemaOf(database: Database): readonly string[] {
  const columns = database.all(
    `SELECT tables.name || '.' || columns.name || ' ' || columns.type || ' ' || columns."notnull" || ' '
       || ifnull(columns.dflt_value, '') || ' ' || columns.pk AS line
     FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'`,
  );
  const others = database.all(
    "SELECT sql AS line FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
  );
  return [...columns, ...others].map(({ line }) => String(line).replaceAll(/\s+/g, ' ')).sort();
}
