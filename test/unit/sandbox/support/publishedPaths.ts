/** A path of Onna's published API, and the kind of response that the sandbox returns for it. */
export interface PublishedPath {
  readonly method: string;
  /** Path relative to the account. `{ds}` stands for the path of a Datasource. */
  readonly path: string;
  /** `absent` means a 404. */
  readonly kind: 'answered' | 'absent';
}

const lines = `
answered GET /@availableEdatasources
absent POST /@batch
absent POST /@batchOnQuery
answered GET /@behaviors
answered GET /@canido
absent POST /@channelRecent
absent GET /@channelStatus
absent POST /@checkInvited
absent GET /@complianceQueries
absent GET /@configuration
absent POST /@copy
answered GET /@data
answered POST /@data
answered GET /@datasourceAuthCode/{type}
answered GET /@datasourceTypes
absent GET /@deprecated
absent GET /@downloadHold/{legal_hold_id}/{action_type}
absent GET /@enableEDS
answered GET /@enabledDSTypes
answered GET /@enabledEDS
answered GET /@enabledSearchableFields
absent GET /@exportable
answered GET /@filters
answered GET /@findUsers
answered POST /@frontsearch
absent GET /@getAccountFields
answered GET /@getAllChildren
answered GET /@getAllChildrenData
answered GET /@getDOAuthCode
absent POST /@getEQuipAuthCode
answered GET /@getESlackAuthCode
answered GET /@getMGraphAuthCode
absent GET /@getMGraphEnterpriseAuthCode
answered POST /@getUsers
absent GET /@globalAssignableRoles
answered GET /@groups
answered GET /@groups/{group_id}
absent POST /@initCheck
absent POST /@inviteUser
absent GET /@keys
absent POST /@magicLink
absent GET /@metadataFields
absent POST /@multiFileDownload
absent POST /@multiFileExport
absent GET /@myManagedPermissions
answered GET /@oauthgetcode
answered POST /@oauthgetcode
absent GET /@openRegistry
absent GET /@openSearch
answered GET /@originRetentionPolicies
answered POST /@processingAggs
absent GET /@recent
answered GET /@resolveuid/{uid}
answered GET /@retentionPolicies
absent GET /@rules
answered GET /@search
absent GET /@searchTemplate
answered GET /@searchableFields
absent POST /@sendToStatic
absent POST /@setupInvitedMembers
answered GET /@sizes
answered GET /@status
answered GET /@statusAccount
answered GET /@suggestions
absent POST /@syncUsers
answered GET /@types
answered GET /@types/{type_name}
answered GET /@user
answered GET /@userRoles
answered GET /@wallet
absent GET /@webhookRefs
answered GET /@workspaces
absent GET /@ws
absent GET /@wstoken
answered DELETE {ds}
answered GET {ds}
answered HEAD {ds}
answered PATCH {ds}
answered POST {ds}
answered PUT {ds}
answered GET {ds}/@addable-types
answered GET {ds}/@all_permissions
absent DELETE {ds}/@api/{action}
absent GET {ds}/@api/{action}
absent PATCH {ds}/@api/{action}
absent POST {ds}/@api/{action}
absent POST {ds}/@async-catalog-reindex
absent GET {ds}/@backrefs
answered DELETE {ds}/@behaviors
answered GET {ds}/@behaviors
answered PATCH {ds}/@behaviors
answered DELETE {ds}/@behaviors/{behavior}
answered GET {ds}/@canido
absent POST {ds}/@catalog-reindex
answered GET {ds}/@data
answered POST {ds}/@data
answered HEAD {ds}/@download/{field_name}
answered GET {ds}/@download/{field_name}/{field_name}
answered HEAD {ds}/@download/{field_name}/{filename}
answered GET {ds}/@download/{field_name}/{filename}/{field_name}
answered GET {ds}/@downloadUnprocessedCsv
answered POST {ds}/@duplicate
answered GET {ds}/@dynamic-fields
answered DELETE {ds}/@favorite
answered POST {ds}/@favorite
answered GET {ds}/@fieldvalue/{dotted_name}
absent GET {ds}/@folders
answered GET {ds}/@getAllChildren
answered GET {ds}/@getAllChildrenData
answered GET {ds}/@getAuditLogBeats
answered GET {ds}/@getAuditLogDS
answered GET {ds}/@getAuditLogSpyder
absent GET {ds}/@getSpyderConfig
absent GET {ds}/@getSpyderPayload
absent GET {ds}/@getWsToken
absent GET {ds}/@historyId/{key}
absent GET {ds}/@identityGroups
absent DELETE {ds}/@identityGroups/{gid}
absent GET {ds}/@identityGroups/{gid}
absent PUT {ds}/@identityGroups/{gid}
absent GET {ds}/@identityGroups/{gid}/@members
absent PATCH {ds}/@identityGroups/{gid}/@members
answered GET {ds}/@invalidate-cache
absent GET {ds}/@keys
answered POST {ds}/@move
answered POST {ds}/@refreshServiceCredentials
absent DELETE {ds}/@refs
absent GET {ds}/@refs
absent POST {ds}/@refs
answered GET {ds}/@search
answered GET {ds}/@sendToComputeMissing
answered GET {ds}/@sendToSpyder
answered POST {ds}/@sendUnprocessedToCompute
answered GET {ds}/@sharing
answered POST {ds}/@sharing
answered PUT {ds}/@sharing
answered GET {ds}/@size
absent POST {ds}/@sourceAccountRefs
absent GET {ds}/@sourceAccounts
absent GET {ds}/@sourceAccounts/{id}
absent PUT {ds}/@sourceAccounts/{id}
absent GET {ds}/@sourceAccounts/{id}/@identityGroups
absent PATCH {ds}/@sourceAccounts/{id}/@identityGroups
absent PATCH {ds}/@tokensExpire
answered POST {ds}/@tusPOST
answered HEAD {ds}/@tusupload/{field_name}/{field_name}
answered PATCH {ds}/@tusupload/{field_name}/{field_name}
answered POST {ds}/@tusupload/{field_name}/{field_name}
answered HEAD {ds}/@tusupload/{field_name}/{filename}/{field_name}
answered PATCH {ds}/@tusupload/{field_name}/{filename}/{field_name}
answered POST {ds}/@tusupload/{field_name}/{filename}/{field_name}
answered POST {ds}/@updateServiceCredentials
answered PATCH {ds}/@upload/{field_name}/{field_name}
answered PATCH {ds}/@upload/{field_name}/{filename}/{field_name}
answered GET {ds}/@userRoles
answered GET {ds}/@usersInfo
`;

/** All paths of Onna's published API, relative to the account. */
export const publishedPaths: readonly PublishedPath[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [kind, method = '', path = ''] = line.split(' ');
    return { method, path, kind: kind === 'absent' ? kind : 'answered' };
  });
