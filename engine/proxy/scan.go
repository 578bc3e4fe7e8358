package proxy

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/yett-gateway/yett/engine/fault"
)

// scan finds in the body what the gateway decides on.
func (r *request) scan() *fault.Error {
	if r.client == nil {
		return nil
	}
	if e := r.inflate(); e != nil {
		return e
	}
	r.sent = r.body
	if len(r.body) == 0 {
		return fault.New(fault.BadRequest, "the request has no body; send a JSON object")
	}
	return r.client.Head(r.body, &r.head)
}

// inflate replaces a compressed body by what it holds. Stages and providers see plain JSON.
func (r *request) inflate() *fault.Error {
	enc := r.field(fieldContentEncoding)
	if len(enc) == 0 || string(enc) == "identity" {
		return nil
	}
	var (
		src io.Reader
		err error
	)
	switch string(enc) {
	case "gzip":
		src, err = gzip.NewReader(bytes.NewReader(r.body))
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(bytes.NewReader(r.body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20)); err == nil {
			defer z.Close()
			src = z
		}
	default:
		return fault.New(fault.Unsupported, "content-encoding "+clip(enc)+" is not supported; send gzip, zstd or no encoding")
	}
	most := r.bodyLimit()
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(src, int64(most)+1))
	}
	if err != nil {
		return fault.Wrap(fault.BadRequest, "the body is not valid "+string(enc)+" data", err)
	}
	if len(plain) > most {
		return fault.New(fault.TooLarge, "the body is larger than this gateway takes once it is unpacked")
	}
	r.body = plain
	return nil
}
