//go:build wasip1

package host

import (
	"unsafe"

	"github.com/yett-gateway/yett/sdk/abi"
)

//go:wasmimport yett.http call
//go:noescape
func httpCall(method unsafe.Pointer, methodLen uint32, url unsafe.Pointer, urlLen uint32, headers unsafe.Pointer, headersLen uint32, body unsafe.Pointer, bodyLen uint32, timeout uint32) int32

//go:wasmimport yett.http header
//go:noescape
func httpHeader(name unsafe.Pointer, nameLen uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.http body
//go:noescape
func httpBody(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.secret attach
//go:noescape
func secretAttach(name unsafe.Pointer, nameLen uint32, header unsafe.Pointer, headerLen uint32, prefix unsafe.Pointer, prefixLen uint32) int32

//go:wasmimport yett.cache get
//go:noescape
func cacheGet(key unsafe.Pointer, keyLen uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.cache put
//go:noescape
func cachePut(key unsafe.Pointer, keyLen uint32, ptr unsafe.Pointer, n uint32, ttl int64) int32

//go:wasmimport yett.body request
//go:noescape
func bodyRequest(offset uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.body answer
//go:noescape
func bodyAnswer(offset uint32, ptr unsafe.Pointer, n uint32) int32

// HTTPCall is the status of the answer, or a status.
func HTTPCall(method, url, headers string, body []byte, timeout uint32) int32 {
	mp, mn := textAt(method)
	up, un := textAt(url)
	hp, hn := textAt(headers)
	p, n := bytesAt(body)
	return httpCall(mp, mn, up, un, hp, hn, p, n, timeout)
}

// HTTPHeader is the length of a header of the last answer, or a status, and its bytes if they fit into buf.
func HTTPHeader(name string, buf []byte) int32 {
	np, nn := textAt(name)
	p, n := bytesAt(buf)
	return httpHeader(np, nn, p, n)
}

// HTTPBody is the length of the last answer's body, or a status, and its bytes if they fit into buf.
func HTTPBody(buf []byte) int32 {
	p, n := bytesAt(buf)
	return httpBody(p, n)
}

// SecretAttach adds a secret to the next call.
func SecretAttach(name, header, prefix string) abi.Status {
	np, nn := textAt(name)
	hp, hn := textAt(header)
	p, n := textAt(prefix)
	return abi.Status(secretAttach(np, nn, hp, hn, p, n))
}

// CacheGet is a value's length or a status, and its bytes if they fit into buf.
func CacheGet(key string, buf []byte) int32 {
	kp, kn := textAt(key)
	p, n := bytesAt(buf)
	return cacheGet(kp, kn, p, n)
}

// CachePut keeps a value for ttl milliseconds, 0: as long as there is room.
func CachePut(key string, value []byte, ttl int64) abi.Status {
	kp, kn := textAt(key)
	p, n := bytesAt(value)
	return abi.Status(cachePut(kp, kn, p, n, ttl))
}

// BodyRequest is the length of the request's body, or a status, and what fits into buf of its bytes from offset on.
func BodyRequest(offset uint32, buf []byte) int32 {
	p, n := bytesAt(buf)
	return bodyRequest(offset, p, n)
}

// BodyAnswer is BodyRequest for the answer's body.
func BodyAnswer(offset uint32, buf []byte) int32 {
	p, n := bytesAt(buf)
	return bodyAnswer(offset, p, n)
}
