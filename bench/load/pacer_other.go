//go:build !linux

package load

import "time"

// pacer waits for points in time, as exactly as Go's timers do.
type pacer struct{}

func newPacer() pacer { return pacer{} }

func (pacer) until(t time.Time) { time.Sleep(time.Until(t)) }

func (pacer) close() {}
