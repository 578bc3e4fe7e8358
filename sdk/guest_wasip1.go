//go:build wasip1

package sdk

import (
	"unsafe"

	"github.com/yett-gateway/yett/sdk/abi"
)

// lentBuffer is the buffer that the host writes windows to. It doesn't move: the module lends it for its whole life.
var lentBuffer [16 << 10]byte

func newLent() []byte { return lentBuffer[:] }

//go:wasmexport yett_abi_1
func marker() {}

//go:wasmexport yett_scratch
func scratch() int64 {
	return int64(uint64(uintptr(unsafe.Pointer(&lentBuffer)))<<32 | uint64(len(lentBuffer)))
}

//go:wasmexport yett_hooks
func exportHooks() int64 { return int64(hooks()) }

//go:wasmexport on_init
func onInit() int64 { return int64(call(abi.OnInit, [3]int32{})) }

//go:wasmexport on_request
func onRequest() int64 { return int64(call(abi.OnRequest, [3]int32{})) }

//go:wasmexport on_route
func onRoute(candidates int32) int64 { return int64(call(abi.OnRoute, [3]int32{candidates})) }

//go:wasmexport on_upstream_request
func onUpstreamRequest() int64 { return int64(call(abi.OnUpstreamRequest, [3]int32{})) }

//go:wasmexport on_response
func onResponse() int64 { return int64(call(abi.OnResponse, [3]int32{})) }

//go:wasmexport on_delta
func onDelta(kind, channel, length int32) int64 {
	return int64(call(abi.OnDelta, [3]int32{kind, channel, length}))
}

//go:wasmexport on_stream_end
func onStreamEnd() int64 { return int64(call(abi.OnStreamEnd, [3]int32{})) }

//go:wasmexport on_tool_call
func onToolCall(index int32) int64 { return int64(call(abi.OnToolCall, [3]int32{index})) }

//go:wasmexport on_error
func onError(kind int32) int64 { return int64(call(abi.OnError, [3]int32{kind})) }

//go:wasmexport on_log
func onLog() int64 { return int64(call(abi.OnLog, [3]int32{})) }
