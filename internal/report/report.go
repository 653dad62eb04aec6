// Package report writes what stages did in the forms that GitLab and its users
// read: metrics, the numbers of a merge request, and pages of Markdown. It is
// pure: what a stage says of itself in, texts out.
package report

import "fmt"

// Terraform returns the report that GitLab shows in a merge request
// (artifacts:reports:terraform). Marks for deletion count as deleted.
func Terraform(creates, updates, marks int) []byte {
	return fmt.Appendf(nil, "{\"create\":%d,\"update\":%d,\"delete\":%d}\n", creates, updates, marks)
}
