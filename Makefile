# yett: build, run, test. `make help` lists what there is.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

export CGO_ENABLED ?= 0

.PHONY: help run build plugins test rust race check format vet lint generated tidy bench sdks clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build everything and serve what the environment offers
	bin/yett serve

build: ## build bin/yett
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/yett ./cmd/yett

plugins: ## build the bundled plugins anew, which are committed; needs Rust, see sdk/rust/install-toolchain
	$(GO) run ./plugins/build

test: ## run every test
	$(GO) tool gotestsum --format pkgname-and-test-fails --hide-summary skipped -- ./...

RUST := sdk/rust plugins
rust: ## test the Rust SDK and the bundled plugins natively; format and lint them where those tools are there
	for d in $(RUST); do (cd $$d && cargo test --offline --locked --quiet --workspace --all-features) || exit 1; done
	if cargo fmt --version >/dev/null 2>&1; then for d in $(RUST); do (cd $$d && cargo fmt --all --check) || exit 1; done; fi
	if cargo clippy --version >/dev/null 2>&1; then for d in $(RUST); do (cd $$d && cargo clippy --offline --locked --quiet --workspace --all-targets --all-features -- -D warnings) || exit 1; done; fi

race: ## run the tests of what is shared between requests under the race detector
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
	rm -rf bin tmp sdk/rust/target plugins/target
