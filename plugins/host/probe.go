package host

import (
	"context"
	"log/slog"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Probe starts a module without calling a hook and asks it for the hooks that its author wrote. ok is false if
// the module doesn't say; its exports are its hooks then. It is for build tools, and interprets the module: that
// takes a tenth of the time of compiling it.
func Probe(ctx context.Context, wasm []byte) (hooks abi.Set, ok bool, err error) {
	info, err := module.Read(wasm, module.Limits{})
	if err != nil {
		return 0, false, refused(err)
	}
	if _, ok := info.ExportFunc(abi.HooksExport); !ok {
		return 0, false, nil
	}
	if err := checkExport(info, abi.HooksExport, nil, []module.ValueType{module.I64}); err != nil {
		return 0, false, err
	}
	if err := checkImports(info); err != nil {
		return 0, false, err
	}
	h := &Host{
		runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2)),
		log:     slog.New(slog.DiscardHandler), now: time.Now,
	}
	defer h.runtime.Close(ctx) // frees memory; it can't fail
	if err := link(ctx, h.runtime); err != nil {
		return 0, false, err
	}
	c := &code{}
	if err := c.build(ctx, h, wasm, module.Limits{}, false); err != nil {
		return 0, false, err
	}
	limit := spec.DefaultPluginLimit
	p := &Plugin{
		host: h, spec: &spec.Plugin{Kind: "probe", Name: "probe", Limit: limit}, grants: &grants{}, code: c,
		meters: newMeters(nil, ""), memory: &memory{limit: 64 << 20, gauge: nowhere{}}, instruments: &instruments{},
	}
	i, err := newInstance(&pool{plugin: p})
	if err != nil {
		return 0, false, &LoadError{Reason: "the module can't be started", Cause: err}
	}
	defer i.close()
	if err := i.run(i.mod.ExportedFunction(abi.HooksExport)); err != nil {
		return 0, false, &LoadError{Reason: "the module can't be asked for its hooks", Cause: i.startFailed(err)}
	}
	return abi.Set(i.stack[0]), true, nil
}
