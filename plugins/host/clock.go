package host

import (
	"crypto/rand"

	"github.com/yett-gateway/yett/sdk/abi"
)

func callTimeNow(i *instance, s []uint64) {
	i.charge(0)
	s[0] = uint64(i.pool.plugin.host.now().UnixMilli())
}

func callRandomFill(i *instance, s []uint64) {
	s[0] = status(i.random(s[0], s[1], abi.MaxSlot))
}

// random fills a buffer of the guest's. It costs as much as running for the time it takes.
func (i *instance) random(ptr, n uint64, most int) abi.Status {
	b, ok := i.view(ptr, n)
	switch {
	case !ok:
		i.charge(0)
		return abi.BadRange
	case len(b) > most:
		i.charge(0)
		return abi.TooLarge
	}
	i.charge(len(b) * hostBytes)
	_, _ = rand.Read(b) // never fails: it ends the process if the system has no random bytes
	return abi.OK
}
