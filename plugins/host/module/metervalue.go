package module

// MeterExport is the mutable i64 global that [Meter] exports: fuel and depth of calls that are left, in one value,
// because the code changes and tests both at once. See [NewMeter].
const MeterExport = "yett.meter"

// MaxMeterDepth is the highest depth of calls that the meter holds.
const MaxMeterDepth = 1<<15 - 1

const (
	fuelShift = 16
	depthSign = 1 << (fuelShift - 1)
	fuelSign  = -1 << 63
)

// NewMeter returns the value to write to [MeterExport] before a call: fuel in units, depth in frames. It is
// fuel * 65536 + depth, so NewMeter(2, 1000) is 132072. The fuel has 48 bits with its sign.
func NewMeter(fuel int64, depth int32) uint64 { return uint64(fuel<<fuelShift + int64(depth)) }

// MeterFuel returns the fuel that is left by a value of [MeterExport]; below zero if more was used.
func MeterFuel(meter uint64) int64 { return (int64(meter) - int64(MeterDepth(meter))) >> fuelShift }

// MeterDepth returns the depth that is left by a value of [MeterExport]. After a trap, a depth below zero tells that
// the guest's calls were nested too deeply.
func MeterDepth(meter uint64) int32 { return int32(int16(meter)) }
