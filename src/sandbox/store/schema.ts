/**
 * Version of {@link schema}. When you change the schema, increase it and add an entry to {@link migrations}.
 */
export const schemaVersion = 10;

/** Name of the setting that says which texts are not in the search index yet, because an upgrade emptied the index. */
export const reindexSetting = 'reindex';

const partIndexes = `
CREATE INDEX resources_by_parent ON resources (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX parts_of_datasource ON resources (datasource_id) WHERE parent_id IS NOT NULL;
`;

const accessSettings = `
CREATE TABLE access_settings (
  uid TEXT NOT NULL, map TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, setting TEXT NOT NULL,
  PRIMARY KEY (uid, map, subject, name)
) STRICT;
CREATE TRIGGER node_settings_removed AFTER DELETE ON nodes BEGIN
  DELETE FROM access_settings WHERE uid = old.uid;
END;
CREATE TRIGGER resource_settings_removed AFTER DELETE ON resources BEGIN
  DELETE FROM access_settings WHERE uid = old.uid;
END;
`;

/** The index does not store the texts, which `texts` contains. It splits {@link indexedText} at ASCII characters. */
const textIndex = `
CREATE VIRTUAL TABLE text_index USING fts5 (
  title, extracted_text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- Number of segments of one level before FTS5 merges them. automerge merges a little in each transaction. FTS5's default
-- of 4 rewrites text more often. crisismerge merges all segments at once, which blocks requests.
INSERT INTO text_index (text_index, rank) VALUES ('automerge', 8), ('crisismerge', 64);
`;

/**
 * The SQL that upgrades a database, by the version of that database. A database whose version is not listed
 * here is refused.
 */
export const migrations: ReadonlyMap<number, string> = new Map([
  [
    2,
    `ALTER TABLE datasources ADD COLUMN places TEXT;
     ALTER TABLE datasources ADD COLUMN asked_removals INTEGER;
     ALTER TABLE datasources ADD COLUMN confirmed_removals INTEGER;
     ALTER TABLE datasources ADD COLUMN run_added INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE datasources ADD COLUMN run_changed INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE datasources ADD COLUMN run_removed INTEGER NOT NULL DEFAULT 0;`,
  ],
  [
    3,
    `CREATE TABLE expired_files (
       datasource_id INTEGER NOT NULL, origin_key TEXT NOT NULL, size INTEGER NOT NULL,
       origin_modified INTEGER NOT NULL, added_at INTEGER NOT NULL, PRIMARY KEY (datasource_id, origin_key)
     ) STRICT;
     CREATE INDEX resources_with_exception ON resources (datasource_id, state, processing_exception, origin_exception)
       WHERE processing_exception IS NOT NULL OR origin_exception IS NOT NULL;`,
  ],
  [
    4,
    `CREATE TABLE people_groups (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
     CREATE TABLE group_members (login TEXT NOT NULL, group_id TEXT NOT NULL, PRIMARY KEY (login, group_id)) STRICT;`,
  ],
  [5, 'ALTER TABLE resources ADD COLUMN fields TEXT;'],
  [6, accessSettings],
  [
    7,
    `CREATE TABLE favorites (
       node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE, login TEXT NOT NULL,
       PRIMARY KEY (node_id, login)
     ) STRICT;`,
  ],
  // `SearchIndex.reindex` fills the new index, because that can take minutes.
  [
    8,
    `DROP TABLE text_index;
     ${textIndex}
     INSERT INTO settings (name, value)
       SELECT '${reindexSetting}', json_object('after', min(id) - 1, 'last', max(id)) FROM texts HAVING count(*) > 0;`,
  ],
  [9, `ALTER TABLE resources ADD COLUMN parent_id INTEGER;${partIndexes}`],
]);

/**
 * One file contains all data, including collected content, so that one transaction can store related changes. Dates are
 * µs since 1970.
 *
 * - `nodes`: the tree above the Resources. `path` is relative to the account (`''` is the account itself).
 * - `resources`: the Resources, separate from the tree because there can be millions. `path` is relative to the
 *   Datasource. Ids are never reused, so that a listing can page by id. An attachment or archive member is a Resource
 *   with the `parent_id` of the file that contains it.
 * - `access_settings`: the entries of access lists that are not in `grants`. `uid` is that of a node or a Resource.
 * - `expired_files`: the files whose Resources a retention policy removed. Such a file is not collected again until it
 *   changes.
 * - `documents`, `texts`, `text_index`: the search index. A Resource is added when it is processed. Nodes have negative
 *   ids in these tables. `documents` has few columns, because a search may scan all rows. Its `path` is relative to the
 *   node `node_id`, which is the Datasource of a Resource or the node itself. All other searchable fields are in
 *   `document_fields`. `text_index` contains normalized texts
 *   (`language/`). No trigger updates it: a statement with a trigger has its own savepoint. FTS5 flushes
 *   its buffer at every savepoint, which makes it six times slower.
 * - `events`: the log entries. The primary key is the time, so that time ranges and log cursors are key ranges. A
 *   `node_id` is kept after its node is removed.
 */
export const schema = `
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE users (
  login TEXT PRIMARY KEY, name TEXT NOT NULL, surname TEXT NOT NULL, password_hash TEXT NOT NULL,
  superuser INTEGER NOT NULL
) STRICT;
CREATE TABLE people_groups (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
CREATE TABLE group_members (login TEXT NOT NULL, group_id TEXT NOT NULL, PRIMARY KEY (login, group_id)) STRICT;
CREATE TABLE tokens (id TEXT PRIMARY KEY, login TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;

CREATE TABLE nodes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER REFERENCES nodes (id), path TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, uid TEXT NOT NULL UNIQUE, type TEXT NOT NULL, title TEXT NOT NULL,
  fields TEXT NOT NULL, creators TEXT NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, changed_at INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX nodes_by_parent ON nodes (parent_id, id);
CREATE TABLE deletions (changed_at INTEGER PRIMARY KEY, uid TEXT NOT NULL, type TEXT NOT NULL, path TEXT NOT NULL) STRICT;
CREATE TABLE grants (
  node_id INTEGER NOT NULL REFERENCES nodes (id), login TEXT NOT NULL, role TEXT NOT NULL,
  PRIMARY KEY (node_id, login, role)
) STRICT;
CREATE INDEX grants_by_login ON grants (login);
CREATE TABLE favorites (
  node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE, login TEXT NOT NULL,
  PRIMARY KEY (node_id, login)
) STRICT;
CREATE TABLE wallet_entries (node_id INTEGER PRIMARY KEY REFERENCES nodes (id), expires_at INTEGER) STRICT;

CREATE TABLE datasources (
  node_id INTEGER PRIMARY KEY REFERENCES nodes (id),
  type_sync TEXT NOT NULL, sync_status TEXT NOT NULL, sync_message TEXT, failure_cause TEXT,
  last_sync INTEGER, next_run INTEGER, queued_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
  run INTEGER NOT NULL DEFAULT 0, run_open INTEGER NOT NULL DEFAULT 0, run_full INTEGER NOT NULL DEFAULT 0,
  invited TEXT, origin TEXT, pace_ms INTEGER NOT NULL DEFAULT 0, wallet_entry TEXT,
  doc_count INTEGER NOT NULL DEFAULT 0, bytes_processed INTEGER NOT NULL DEFAULT 0,
  places TEXT, asked_removals INTEGER, confirmed_removals INTEGER,
  run_added INTEGER NOT NULL DEFAULT 0, run_changed INTEGER NOT NULL DEFAULT 0, run_removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX datasources_by_wallet_entry ON datasources (wallet_entry) WHERE wallet_entry IS NOT NULL;
CREATE INDEX datasources_due ON datasources (next_run) WHERE next_run IS NOT NULL;
CREATE INDEX datasources_queued ON datasources (queued_at) WHERE queued_at IS NOT NULL;

-- Removed Datasources whose Resources are not deleted yet.
CREATE TABLE removed_datasources (node_id INTEGER PRIMARY KEY) STRICT;

CREATE TABLE contents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT UNIQUE, md5 TEXT, size INTEGER NOT NULL
) STRICT;
CREATE TABLE chunks (
  content_id INTEGER NOT NULL REFERENCES contents (id), number INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (content_id, number)
) STRICT;

CREATE TABLE resources (
  id INTEGER PRIMARY KEY AUTOINCREMENT, datasource_id INTEGER NOT NULL,
  path TEXT NOT NULL, uid TEXT NOT NULL UNIQUE, origin_key TEXT NOT NULL, title TEXT NOT NULL,
  extension TEXT NOT NULL, content_type TEXT NOT NULL,
  size INTEGER NOT NULL, content_id INTEGER REFERENCES contents (id), origin_modified INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
  state TEXT NOT NULL, processing_date INTEGER, processing_exception TEXT, origin_exception TEXT,
  seen_run INTEGER NOT NULL, fields TEXT, parent_id INTEGER,
  UNIQUE (datasource_id, path), UNIQUE (datasource_id, origin_key)
) STRICT;
CREATE INDEX resources_listed ON resources (datasource_id, id);
CREATE INDEX resources_queued ON resources (id) WHERE state = 'queued';
CREATE INDEX resources_by_content ON resources (content_id);
${partIndexes}CREATE INDEX resources_with_exception ON resources (datasource_id, state, processing_exception, origin_exception)
  WHERE processing_exception IS NOT NULL OR origin_exception IS NOT NULL;
CREATE TABLE expired_files (
  datasource_id INTEGER NOT NULL, origin_key TEXT NOT NULL, size INTEGER NOT NULL,
  origin_modified INTEGER NOT NULL, added_at INTEGER NOT NULL, PRIMARY KEY (datasource_id, origin_key)
) STRICT;

CREATE TRIGGER resource_added AFTER INSERT ON resources BEGIN
  UPDATE datasources SET doc_count = doc_count + 1,
    bytes_processed = bytes_processed + iif(new.state = 'processed', new.size, 0) WHERE node_id = new.datasource_id;
END;
CREATE TRIGGER resource_removed AFTER DELETE ON resources BEGIN
  UPDATE datasources SET doc_count = doc_count - 1,
    bytes_processed = bytes_processed - iif(old.state = 'processed', old.size, 0) WHERE node_id = old.datasource_id;
END;
CREATE TRIGGER resource_processed AFTER UPDATE OF state, size ON resources BEGIN
  UPDATE datasources SET bytes_processed = bytes_processed
    + iif(new.state = 'processed', new.size, 0) - iif(old.state = 'processed', old.size, 0)
    WHERE node_id = new.datasource_id;
END;

${accessSettings}
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, type_name TEXT NOT NULL, extension TEXT, content_type TEXT,
  date_modified INTEGER NOT NULL, uid TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL
) STRICT;
CREATE INDEX documents_counted ON documents (node_id, type_name, extension);
CREATE INDEX documents_by_title ON documents (title);
CREATE INDEX documents_by_date ON documents (date_modified, id, node_id, type_name, extension);
CREATE TABLE document_fields (id INTEGER PRIMARY KEY, fields BLOB NOT NULL) STRICT;
CREATE TABLE texts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, extracted_text TEXT NOT NULL) STRICT;
${textIndex}
CREATE TABLE events (
  at INTEGER PRIMARY KEY, log TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL,
  login TEXT, node_id INTEGER, uid TEXT, path TEXT, detail TEXT
) STRICT;
CREATE INDEX events_by_node ON events (node_id, log);
CREATE INDEX events_of_account ON events (at) WHERE log IN ('audit', 'activity');
`;
