package stage

import "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"

// Lock takes the lock that a sync holds.
func (r *Run) Lock(flow field.Flow) (func(), error) { return r.lock(false, string(flow)) }
