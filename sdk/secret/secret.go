// Package secret sends secrets that the plugin never sees. It needs capability secret with the names that are used, and
// capability http for the calls that they go with:
//
//	if err := secret.Attach("DLP_TOKEN", "Authorization", "Bearer "); err != nil {
//		return sdk.Block(503, "the prompt can't be checked")
//	}
//	res, err := httpcall.Request{Method: "POST", URL: p.url, Body: text}.Do()
//
// An answer that repeats a secret has asterisks in its place. Without TLS a secret goes only to networks that the grant
// lists as private; elsewhere the call fails with sdk.ErrNotGranted.
package secret

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Attach adds a header to the hook's next call: prefix, and the value of the secret of that name. The call takes
// all that was attached before it, whatever becomes of it.
//
// # Errors
//
// sdk.ErrNotGranted for a name that the grant hasn't; sdk.ErrInvalid for a header that plugins don't set, or that has
// a secret already; sdk.ErrTooLarge.
func Attach(name, header, prefix string) error {
	return sdk.StatusError(host.SecretAttach(name, header, prefix))
}
