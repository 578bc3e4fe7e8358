// Package body reads bodies as they were sent, fields that yett doesn't know included. It needs capability body.
//
// The request's is the client's, in the client's dialect, without what stages changed; it is unpacked if it came
// compressed. The answer's is the provider's, in the provider's dialect. Reading them copies them, so prefer the typed
// fields of package sdk where they do.
package body

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Request appends the request's body to dst; ok is false if there is none.
func Request(dst []byte) (body []byte, ok bool) { return appendAll(dst, host.BodyRequest) }

// Answer appends the body of a whole answer to dst; ok is false for streams, for answers that no provider gave, and in
// hooks other than OnResponse, OnToolCall and OnLog.
func Answer(dst []byte) (body []byte, ok bool) { return appendAll(dst, host.BodyAnswer) }

// ReadRequest reads the request's body from offset on into buf: n bytes of all length ones. sdk.ErrBadRange beyond its
// end, sdk.ErrAbsent if there is none.
func ReadRequest(offset int, buf []byte) (n, length int, err error) {
	return read(offset, buf, host.BodyRequest)
}

// ReadAnswer is ReadRequest for a whole answer.
func ReadAnswer(offset int, buf []byte) (n, length int, err error) {
	return read(offset, buf, host.BodyAnswer)
}

func read(offset int, buf []byte, from func(offset uint32, buf []byte) int32) (n, length int, err error) {
	length = int(from(uint32(offset), buf))
	if length < 0 {
		return 0, 0, sdk.StatusError(abi.Status(length))
	}
	return min(len(buf), length-offset), length, nil
}

func appendAll(dst []byte, from func(offset uint32, buf []byte) int32) ([]byte, bool) {
	room := dst[len(dst):cap(dst)]
	n := int(from(0, room))
	if n < 0 {
		return dst, false
	}
	if n > len(room) {
		had := len(dst)
		dst = append(dst, make([]byte, n)...)
		from(0, dst[had:])
		return dst, true
	}
	return dst[:len(dst)+n], true
}
