// Package clock tells the time. It needs capability time; without it time.Now stands at a fixed date.
package clock

import (
	"time"

	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Now is the wall clock in UTC, to the millisecond.
func Now() time.Time { return time.UnixMilli(host.Now()).UTC() }

// UnixMilli is the wall clock in milliseconds since 1970, without package time's code for calendars.
func UnixMilli() int64 { return host.Now() }
