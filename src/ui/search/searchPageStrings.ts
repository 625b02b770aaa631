import * as vscode from 'vscode';
import type { SearchExample, SearchStrings } from '../../shared/searchStrings.ts';

function examples(): readonly SearchExample[] {
  return [
    { query: vscode.l10n.t('ebb tide'), meaning: vscode.l10n.t('both words, in the text or in the title') },
    { query: vscode.l10n.t('"ebb tide"'), meaning: vscode.l10n.t('these words in this order') },
    { query: vscode.l10n.t('tide -draft'), meaning: vscode.l10n.t('without the second word') },
    {
      query: vscode.l10n.t('(ebb OR flow) tide'),
      meaning: vscode.l10n.t('either of the first two words, and the last one'),
    },
    { query: 'type:pdf,docx', meaning: vscode.l10n.t('with one of these file types') },
    {
      query: vscode.l10n.t('in:"Harbour wiki"'),
      meaning: vscode.l10n.t('in the Datasource with this title or UID'),
    },
    {
      query: 'after:2021-06 before:7d',
      meaning: vscode.l10n.t(
        'modified since June 2021, but not in the last 7 days (also: today, 2w, 3m, 1y)',
      ),
    },
    {
      query: 'exception:*',
      meaning: vscode.l10n.t('with any exception or note (also: exception:"Has Error")'),
    },
    { query: vscode.l10n.t('title:tide'), meaning: vscode.l10n.t('in the title (also: text:, path:)') },
    {
      query: 'from_mail.keyword:ines@example.com',
      meaning: vscode.l10n.t(
        'exactly this value, in any field (field:* for any value, field:>5 for larger numbers)',
      ),
    },
  ];
}

/** The search page's texts in VS Code's display language. */
export function searchPageStrings(): SearchStrings {
  return {
    boxLabel: vscode.l10n.t('Search'),
    boxPlaceholder: vscode.l10n.t('Search words, "phrases", -not, type:pdf, after:2021-06'),
    completions: vscode.l10n.t('Completions'),
    oneCompletion: vscode.l10n.t('1 completion'),
    completionCount: vscode.l10n.t('{0} completions'),
    completionKinds: {
      field: vscode.l10n.t('field'),
      value: vscode.l10n.t('value'),
      datasource: vscode.l10n.t('Datasource'),
      word: vscode.l10n.t('suggested word'),
    },
    searchButton: vscode.l10n.t('Search'),
    cancelButton: vscode.l10n.t('Cancel'),
    helpButton: vscode.l10n.t('Search syntax'),
    examples: examples(),
    scopeButton: vscode.l10n.t('Searching in {0}. Choose where to search'),
    sortLabel: vscode.l10n.t('Sort by'),
    sorts: {
      relevance: vscode.l10n.t('Relevance'),
      newest: vscode.l10n.t('Newest first'),
      oldest: vscode.l10n.t('Oldest first'),
      title: vscode.l10n.t('Title A–Z'),
      titleDescending: vscode.l10n.t('Title Z–A'),
    },
    facets: {
      type: vscode.l10n.t('File types'),
      datasource: vscode.l10n.t('Datasources'),
      date: vscode.l10n.t('Modified'),
      exception: vscode.l10n.t('Exceptions'),
    },
    dateRanges: {
      today: vscode.l10n.t('Today'),
      '7d': vscode.l10n.t('Last 7 days'),
      '30d': vscode.l10n.t('Last 30 days'),
      '12m': vscode.l10n.t('Last 12 months'),
      older: vscode.l10n.t('Older'),
    },
    valueCount: vscode.l10n.t('{0}: {1} results'),
    valueCountOne: vscode.l10n.t('{0}: 1 result'),
    valuePartialCount: vscode.l10n.t('{0}: {1} of the results loaded so far'),
    moreValues: vscode.l10n.t('{0} more'),
    clearFilters: vscode.l10n.t('Clear Filters'),
    searching: vscode.l10n.t('Searching…'),
    refreshing: vscode.l10n.t('Refreshing…'),
    aboutResults: vscode.l10n.t('About {0} results in {1} s'),
    exactResults: vscode.l10n.t('{0} results in {1} s'),
    oneResult: vscode.l10n.t('1 result in {0} s'),
    loadedResults: vscode.l10n.t('{0} results so far, in {1} s'),
    noResults: vscode.l10n.t('No results found.'),
    noResultsHint: vscode.l10n.t(
      'Try fewer or different words, or a wider scope. New Resources can be found once they have been processed.',
    ),
    noFilteredResults: vscode.l10n.t('No results with the chosen filters.'),
    resultsLabel: vscode.l10n.t('Search results'),
    loadingMore: vscode.l10n.t('Loading more results…'),
    windowEnd: vscode.l10n.t(
      'These are the first 10,000 results, the most that Onna returns for one search. Narrow your search to see others.',
    ),
    retry: vscode.l10n.t('Retry'),
    showLog: vscode.l10n.t('Show Log'),
    olderResults: vscode.l10n.t('The results below are from an earlier request.'),
    absent: vscode.l10n.t(
      '{0} is not available at the moment. Sign in, or choose another account or Datasource to search.',
    ),
    historyTitle: vscode.l10n.t('Recent searches'),
    historyEmpty: vscode.l10n.t('Searches that you run are listed here.'),
    forget: vscode.l10n.t('Remove "{0}" from recent searches'),
    forgetAll: vscode.l10n.t('Clear'),
    reveal: vscode.l10n.t('Reveal in Datasources'),
    exportHits: vscode.l10n.t('Export Hits…'),
    saveSearch: vscode.l10n.t('Save Search…'),
    problems: {
      unclosedQuote: vscode.l10n.t(
        '{0} has no closing quotation mark. Everything after the opening mark is searched as a phrase.',
      ),
      unclosedGroup: vscode.l10n.t(
        'An opening parenthesis has no closing parenthesis. Everything after it is read as one group.',
      ),
      strayClose: vscode.l10n.t('A closing parenthesis has no opening parenthesis. It is ignored.'),
      emptyGroup: vscode.l10n.t('{0} is empty. It is ignored.'),
      danglingOperator: vscode.l10n.t('{0} has nothing on one side. It is ignored.'),
      nothingToFind: vscode.l10n.t('{0} has no letter or digit to search for. It is ignored.'),
      missingValue: vscode.l10n.t('{0} needs a value, as in type:pdf.'),
      badDate: vscode.l10n.t(
        '{0} is not a date. Write 2021, 2021-06, 2021-06-09, 7d, 2w, 3m, 1y, today or yesterday.',
      ),
      unknownDatasource: vscode.l10n.t('No Datasource is called {0}.'),
      tooDeep: vscode.l10n.t('The parentheses are nested too deeply.'),
      tooLong: vscode.l10n.t('The query is too long. The limit is {0} characters.'),
    },
  };
}
