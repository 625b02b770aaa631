import assert from 'node:assert/strict';
import { renewalMethods } from '../../../../src/model/credentials/renewalMethods.ts';

describe('The ways to renew credentials', () => {
  it('depend on the type', () => {
    assert.deepEqual(renewalMethods('SlackDatasource'), ['consent', 'secret']);
    assert.deepEqual(renewalMethods('ConfluenceDatasource'), ['secret']);
    assert.deepEqual(renewalMethods('StaticDatasource'), []);
  });

  it('are all offered for a type that this extension does not know, because the service decides', () => {
    assert.deepEqual(renewalMethods('NewDatasource'), ['secret', 'consent']);
  });

  it('do not include a consent page if no type is given', () => {
    assert.deepEqual(renewalMethods(undefined), ['secret']);
  });
});
