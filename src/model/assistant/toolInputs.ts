import * as v from 'valibot';
import { logNames } from '../../onna/wire/logs.ts';
import { searchSorts } from '../../shared/searchProtocol.ts';
import { syncStatuses } from '../datasources/syncStatus.ts';
import type { ToolName } from './toolNames.ts';

/** Maximum number of Datasources in one result. */
export const maxListed = 50;
/** Maximum number of hits in one result. */
export const maxHits = 20;
/** Maximum number of log entries in one result. */
export const maxLogItems = 100;
/** Maximum length of a query, in UTF-16 units. The confirmation shows the whole query. */
export const maxToolQuery = 500;

const maxName = 300;

const name = (description: string) => v.pipe(v.string(), v.maxLength(maxName), v.description(description));
const count = (maximum: number, description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximum), v.description(description));
const offset = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));
const time = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));

const datasource = name(
  'The id of the Datasource (ds-…) from onna_list_datasources, or its title. If several Datasources have the title, the result lists their ids.',
);
const account = name(
  'The name of the account. Needed only if several accounts are signed in and no Datasource is given.',
);
const oneDatasource = v.strictObject({ datasource });

/**
 * The inputs of the tools. package.json declares the same inputs as JSON Schema, and a test compares the two. No input
 * is a URL or a path.
 */
export const toolInputs = {
  onna_list_datasources: v.strictObject({
    text: v.optional(name('Words that must all occur in the title, type, status or sync type.')),
    status: v.optional(
      v.pipe(
        v.picklist(['attention', ...syncStatuses]),
        v.description(
          'Only Datasources with this sync status. “attention”: only those that sync again only after a person acts, or whose last sync failed.',
        ),
      ),
    ),
    type: v.optional(name('Only Datasources of this type, such as Slack or Confluence.')),
    workspace: v.optional(name('Only Datasources in the Workspace with this title.')),
    offset: v.optional(offset('Number of matching Datasources to skip. Default: 0.')),
    limit: v.optional(count(maxListed, `Maximum number of Datasources to return. Default: ${maxListed}.`)),
  }),
  onna_get_datasource: oneDatasource,
  onna_search: v.strictObject({
    query: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(maxToolQuery),
      v.description(
        'The query. Words must all occur. "…" searches for a phrase, OR and parentheses combine, - excludes, and these fields restrict: title:, text:, path:, type:pdf, in:"Datasource title", after:2026-01-31, before:2026-02-28.',
      ),
    ),
    datasource: v.optional(datasource),
    account: v.optional(account),
    sort: v.optional(
      v.pipe(v.picklist(searchSorts), v.description('The order of the hits. Default: relevance.')),
    ),
    offset: v.optional(offset('Number of hits to skip, to get the next page. Default: 0.')),
    limit: v.optional(count(maxHits, `Maximum number of hits to return. Default: ${maxHits}.`)),
  }),
  onna_read_resource: v.strictObject({
    resource: name('The id of a hit (hit-…) that onna_search returned in this session.'),
    offset: v.optional(offset('Number of characters of the text to skip. Default: 0.')),
  }),
  onna_get_log: v.strictObject({
    datasource,
    log: v.optional(
      v.pipe(
        v.picklist(logNames),
        v.description(
          'collection: what was read from the source. processing: the extraction of text. audit: changes by users. Default: collection.',
        ),
      ),
    ),
    errorsOnly: v.optional(
      v.pipe(v.boolean(), v.description('Whether to return only errors. Default: true.')),
    ),
    from: v.optional(time('The earliest time, such as 2026-01-31T00:00:00Z.')),
    to: v.optional(time('The latest time, exclusive.')),
    cursor: v.optional(
      name(
        'The cursor (log-…) of the previous result, to get older entries. The other filters then stay the same.',
      ),
    ),
    limit: v.optional(count(maxLogItems, `Maximum number of entries to return. Default: ${maxLogItems}.`)),
  }),
  onna_show: v.strictObject({
    what: v.pipe(
      v.picklist(['row', 'details', 'search']),
      v.description(
        'row: selects the Datasource, or the Resource of a hit, in the tree. details: opens the page with the history, the exceptions and the logs of the Datasource. search: opens the search page of the Datasource or account.',
      ),
    ),
    datasource: v.optional(datasource),
    resource: v.optional(
      name('The id of a hit (hit-…) that onna_search returned in this session. Only for row.'),
    ),
    account: v.optional(account),
  }),
  onna_sync: oneDatasource,
  onna_reprocess: oneDatasource,
} as const satisfies { readonly [Name in ToolName]: v.GenericSchema };

/** The input of a tool after validation. */
export type ToolInput<Name extends ToolName> = v.InferOutput<(typeof toolInputs)[Name]>;
