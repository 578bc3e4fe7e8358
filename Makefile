# yett: build, run, test. `make help` lists what there is.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GUESTS  := plugins/builtin/wasm

export CGO_ENABLED ?= 0

.PHONY: help run build plugins test rust race check format vet lint generated tidy bench sdks clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build everything and serve what the environment offers
	bin/yett serve

build: plugins ## build the bundled plugins and bin/yett
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/yett ./cmd/yett

plugins: ## build the bundled plugins, which the binary embeds
	$(GO) run ./plugins/build

test: plugins ## run every test
	$(GO) tool gotestsum --format pkgname-and-test-fails --hide-summary skipped -- ./...

rust: ## test the Rust SDK natively; format and lint it where those tools are there
	cd sdk/rust && cargo test --offline --locked --quiet --all-features
	cd sdk/rust && if cargo fmt --version >/dev/null 2>&1; then cargo fmt --all --check; fi
	cd sdk/rust && if cargo clippy --version >/dev/null 2>&1; then cargo clippy --offline --locked --quiet --workspace --all-targets --all-features -- -D warnings; fi

race: plugins ## run the tests of what is shared between requests under the race detector
	CGO_ENABLED=1 $(GO) test -race -short ./engine/... ./plugins/host/...

check: format vet lint generated tidy test ## the gate: format, vet, lint, generated files, tests

format:
	@bad=$$($(GO) tool gofumpt -l .); test -z "$$bad" || { echo "not formatted; run: go tool gofumpt -w ."; echo "$$bad"; exit 1; }

vet:
	$(GO) vet ./...

lint:
	$(GO) tool staticcheck ./...

generated: ## regenerate what is generated and fail if it changed
	$(GO) generate ./...
	@git diff --exit-code --stat || { echo "generated files were stale; commit the ones above"; exit 1; }

tidy:
	$(GO) mod tidy -diff

bench: build ## measure yett against a bare fasthttp program in one run
	$(GO) run ./bench

sdks: build ## run the official OpenAI and Anthropic SDKs, Python and Node, against yett
	cmd/yett/testdata/sdk/install
	YETT_SDKS=1 $(GO) test -run TestOfficialSDKs -v ./cmd/yett

clean: ## remove what was built
	rm -rf bin tmp $(GUESTS)/*/
