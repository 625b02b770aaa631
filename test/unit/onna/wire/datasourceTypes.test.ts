import assert from 'node:assert/strict';
import { decodeDatasourceTypes } from '../../../../src/onna/wire/datasourceTypes.ts';

describe('decodeDatasourceTypes', () => {
  it('reads a list of type names, as described in the service’s documentation', () => {
    assert.deepEqual(decodeDatasourceTypes(['SlackDatasource', '', 7, 'SlackDatasource']), [
      { name: 'SlackDatasource', capabilities: undefined },
    ]);
  });

  it('reads enabled_datasources and enabled_edatasources with their capabilities, but not available_datasources', () => {
    const answer = {
      available_datasources: [{ type_name: 'BoxDatasource' }],
      enabled_datasources: [
        {
          type_name: 'S3Datasource',
          capabilities: [{ id: 'auto', title: 'Auto' }, 'one', { title: 'No id' }],
        },
      ],
      enabled_edatasources: ['SlackEDatasource'],
    };
    assert.deepEqual(decodeDatasourceTypes(answer), [
      { name: 'S3Datasource', capabilities: ['auto', 'one'] },
      { name: 'SlackEDatasource', capabilities: undefined },
    ]);
  });

  it('returns undefined for JSON in an unknown format', () => {
    for (const json of [null, 'SlackDatasource', {}, { enabled_datasources: 'SlackDatasource' }])
      assert.equal(decodeDatasourceTypes(json), undefined);
  });
});
