//go:build !wasip1

package host

import "github.com/yett-gateway/yett/sdk/abi"

// Outside is the part of Host that calls other servers, keeps what they said, and reads whole bodies.
type Outside interface {
	HTTPCall(method, url, headers string, body []byte, timeout uint32) int32
	HTTPHeader(name string, buf []byte) int32
	HTTPBody(buf []byte) int32
	SecretAttach(name, header, prefix string) abi.Status
	CacheGet(key string, buf []byte) int32
	CachePut(key string, value []byte, ttl int64) abi.Status
	BodyRequest(offset uint32, buf []byte) int32
	BodyAnswer(offset uint32, buf []byte) int32
}

// HTTPCall is the status of the answer, or a status.
func HTTPCall(method, url, headers string, body []byte, timeout uint32) int32 {
	return current().HTTPCall(method, url, headers, body, timeout)
}

// HTTPHeader is the length of a header of the last answer, or a status, and its bytes if they fit into buf.
func HTTPHeader(name string, buf []byte) int32 { return current().HTTPHeader(name, buf) }

// HTTPBody is the length of the last answer's body, or a status, and its bytes if they fit into buf.
func HTTPBody(buf []byte) int32 { return current().HTTPBody(buf) }

// SecretAttach adds a secret to the next call.
func SecretAttach(name, header, prefix string) abi.Status {
	return current().SecretAttach(name, header, prefix)
}

// CacheGet is a value's length or a status, and its bytes if they fit into buf.
func CacheGet(key string, buf []byte) int32 { return current().CacheGet(key, buf) }

// CachePut keeps a value for ttl milliseconds, 0: as long as there is room.
func CachePut(key string, value []byte, ttl int64) abi.Status {
	return current().CachePut(key, value, ttl)
}

// BodyRequest is the length of the request's body, or a status, and what fits into buf of its bytes from offset on.
func BodyRequest(offset uint32, buf []byte) int32 { return current().BodyRequest(offset, buf) }

// BodyAnswer is BodyRequest for the answer's body.
func BodyAnswer(offset uint32, buf []byte) int32 { return current().BodyAnswer(offset, buf) }
