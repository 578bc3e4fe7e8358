package edge

import "time"

// Limits bounds what one client, and all of them together, may make the gateway hold or wait for.
// The zero value of each field stands for its default. A Limits is not changed after NewListener.
type Limits struct {
	// HeadBytes is the size of a request's head: request line, fields and the empty line. Above it the
	// answer is 431. The default value is 32 KiB.
	HeadBytes int
	// HeadLines is the number of fields in a head, and in a trailer section. The default value is 100.
	HeadLines int
	// FieldName is the length of a field's name in bytes. The default value is 256.
	FieldName int
	// Target is the length of the request target in bytes. Above it the answer is 414. The default value is 8 KiB.
	Target int
	// BodyBytes is the size of a body without its chunk framing. A declared length above it is answered 413
	// before the body is read. The default value is 32 MiB.
	BodyBytes int64
	// Hold is the size of a body or chunk above which the guard gathers it before the server learns its
	// length and makes room for it. A negative Hold gathers none, which is right for a server that streams
	// bodies. The default value is 64 KiB.
	Hold int64
	// ChunkExtension is the bytes of chunk extensions in one request. The default value is 256.
	ChunkExtension int
	// TrailerBytes is the size of a trailer section with its final empty line. The default value is 8 KiB.
	TrailerBytes int
	// RequestsPerConn is the number of requests served on one connection. The default value 0 is no limit.
	RequestsPerConn int
	// Conns is the number of open connections; one more is answered 503 and closed. The default value is half
	// the descriptor limit of the process less a reserve of 128, since each request needs an upstream socket too;
	// 10,000 where there is no such limit.
	Conns int
	// ConnsPerIP is the number of open connections from one IP address. The default value 0 is no limit.
	ConnsPerIP int

	// HeadTime is the time for a whole head from its first byte, however steady the drip; it is also the wait
	// for the first byte of a new connection, and the time of a TLS handshake. The default value is 10 s.
	HeadTime time.Duration
	// IdleTime is the wait for the next request on a kept-alive connection. The default value is 75 s.
	IdleTime time.Duration
	// BodyIdle is the wait for more bytes of a body. The default value is 15 s.
	BodyIdle time.Duration
	// BodyMinRate is the average rate in bytes a second, counted from the start of the body, below which a
	// body that has lasted BodyGrace is given up. The default value is 1024.
	BodyMinRate int
	// BodyGrace is the time before BodyMinRate applies. The default value is 10 s.
	BodyGrace time.Duration
	// BodyTotal is the time for a whole body. The default value is 300 s.
	BodyTotal time.Duration
	// WriteIdle is the wait for a write to make progress. A client that takes nothing for between three
	// quarters of it and twice as long is cut; one that takes any of it is not, however long the answer is.
	// The default value is 30 s.
	WriteIdle time.Duration
}

const (
	defaultConns      = 10_000
	descriptorReserve = 128
	minConns          = 16
)

// filled returns l with each zero replaced by its default.
func (l Limits) filled() Limits {
	orInt(&l.HeadBytes, 32<<10)
	orInt(&l.HeadLines, 100)
	orInt(&l.FieldName, 256)
	orInt(&l.Target, 8<<10)
	if l.BodyBytes <= 0 {
		l.BodyBytes = 32 << 20
	}
	if l.Hold == 0 {
		l.Hold = 64 << 10
	}
	orInt(&l.ChunkExtension, 256)
	orInt(&l.TrailerBytes, 8<<10)
	orInt(&l.Conns, connsFor(descriptorLimit()))
	orInt(&l.BodyMinRate, 1024)
	orTime(&l.HeadTime, 10*time.Second)
	orTime(&l.IdleTime, 75*time.Second)
	orTime(&l.BodyIdle, 15*time.Second)
	orTime(&l.BodyGrace, 10*time.Second)
	orTime(&l.BodyTotal, 300*time.Second)
	orTime(&l.WriteIdle, 30*time.Second)
	return l
}

// connsFor derives the connection limit from the descriptor limit; 0 stands for "unknown or unlimited".
func connsFor(descriptors uint64) int {
	if descriptors == 0 || descriptors > 1<<30 {
		return defaultConns
	}
	return max(minConns, (int(descriptors)-descriptorReserve)/2)
}

func orInt(v *int, def int) {
	if *v <= 0 {
		*v = def
	}
}

func orTime(v *time.Duration, def time.Duration) {
	if *v <= 0 {
		*v = def
	}
}
