# zd-sfdc-sync: `make help` lists what can be made.
SHELL := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development) ($(shell git log -1 --format='%h, %cs' 2>/dev/null || echo no commit))
BUILD := go build -trimpath -ldflags "-X 'main.version=$(VERSION)'"
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
DEADCODE := golang.org/x/tools/cmd/deadcode@v0.52.0
# Tests may take memory for time, and their processes need not wait a second at
# their end for races of what is left.
HASTE := GOGC=300 GORACE=atexit_sleep_ms=10
# 0 ends a fuzz target after its seeds.
FUZZTIME ?= 20s

.PHONY: help build test compiler soak lint browser fuzz demo pipeline clients release-check bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build both commands into bin/
	@mkdir -p bin
	@echo "building both commands; the first time takes a minute or two"
	@.ci/progress $(BUILD) -o bin/ ./cmd/...

# make lint vets; twice would cost a cold run half a minute. Tests that wait for
# a process leave room for others.
test: compiler ## run all tests, race detector on
	@$(HASTE) .ci/progress go test -race -vet=off -ldflags=-w -parallel 4 ./...

compiler:
	@test "$$(go env CGO_ENABLED)" = 1 && command -v "$$(go env CC | cut -d ' ' -f 1)" >/dev/null || \
	  { echo "the race detector needs a C compiler: install gcc (Debian: apt-get install gcc libc6-dev), or set CC"; exit 1; }

soak: compiler ## run every seed, fault and kill: at most twenty minutes
	@$(HASTE) ZDSYNC_SOAK=1 .ci/progress go test -race -vet=off -parallel 4 -timeout 25m ./internal/endtoend/... ./internal/apply/... ./internal/plan/... ./internal/entitlement/...

lint: ## format, vet, lint, tidy, dead code, scripts and image must leave nothing
	@test -z "$$(gofmt -l cmd internal)" || { gofmt -l cmd internal; echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	go run $(LINT) run
	go mod tidy -diff
	@# What only tests use is dead too, but in the stand-ins, which are there for tests.
	@dead="$$(go run $(DEADCODE) -test ./...; go run $(DEADCODE) ./cmd/... | grep -vE '^internal/(sandbox|clock/clocktest)/')"; test -z "$$dead" || { echo "$$dead"; exit 1; }
	@.ci/lint

browser: ## try the page in a real browser: chromium, installed if it is missing
	@command -v chromium > /dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; } || \
	  { echo "make browser needs chromium: install it, or run this as root on Debian"; exit 1; }
	go vet -tags browser ./internal/page/browser
	go test -tags browser -count 1 ./internal/page/browser

fuzz: ## run every fuzz target for FUZZTIME
	@for package in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package || exit 1; \
	  done; \
	done

demo: build ## run all flows against the sandbox, until nothing is left to do
	@./bin/zd-sfdc-sandbox demo

pipeline: ## run .gitlab-ci.yml for real, on this machine against the sandbox
	@.ci/pipeline

clients: ## run two public client libraries against the sandbox
	@.ci/clients

release-check: ## build what a release would, publish nothing, and run the demo with it
	@.ci/release-check

bench: ## time and memory of each stage as a whole process, into docs/benchmarks.md
	BENCHMARKS_FILE=$(CURDIR)/docs/benchmarks.md go test -run '^$$' -bench . -benchtime 1x -timeout 3h ./internal/benchmark
	go test -run '^$$' -bench . -benchtime 1x ./internal/apply

clean: ## remove what was built
	rm -rf bin
