// Package random gives random bytes for secrets. It needs capability random.
package random

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Read fills b, which has at most abi.MaxSlot bytes.
func Read(b []byte) error { return sdk.StatusError(host.Random(b)) }
