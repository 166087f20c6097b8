# The commands of daily work; CMakePresets.json has the configurations behind them.
# `make help` lists them. Every target first installs the Debian packages it lacks (as root; else
# it says which), see tools/install-deps.sh.

PREFIX ?= /usr/local
WERROR ?= OFF
JOBS ?= $(shell nproc)
BUILD_ARGS ?=
CTEST_ARGS ?=

# GCC 12's sanitizers cannot start where the kernel randomises mappings by more than 28 bits.
NO_ASLR := $(shell setarch -R true 2>/dev/null && echo setarch -R)

# A configuration is made anew only where there is none: CMake itself notices later changes.
configure = test -f $(2)/build.ninja || cmake --preset $(1) --log-level=NOTICE

.PHONY: release
release: ## Build the release binary, build/portcullis (the default)
	tools/install-deps.sh build
	$(call configure,release,build)
	cmake --build --preset release -j $(JOBS) $(BUILD_ARGS)

.PHONY: test
test: ## Build and run all tests; as root, those against the kernel too
	tools/install-deps.sh build test
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset test -j $(JOBS) $(BUILD_ARGS)
	ctest --preset test -j $(JOBS) $(CTEST_ARGS)

.PHONY: demo
demo: ## Watch policies take effect between namespaces of this machine; KEEP=1 leaves them
	tools/install-deps.sh build test
	$(call configure,test,build/test)
	cmake --build --preset test -j $(JOBS) --target portcullis-demo
	build/test/portcullis-demo $(if $(KEEP),--keep)

# Options for `make bench`: --quick, or a part of the names of the cases that shall run.
BENCH_ARGS ?=

.PHONY: bench
bench: ## Run the benchmarks, as root: tables, build/bench/*.json and pictures; BENCH_ARGS=--quick
	tools/install-deps.sh build test
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset test -j $(JOBS) --target bench $(BUILD_ARGS)
	tests/bench/run build/test $(BENCH_ARGS)

.PHONY: bench-apiserver
bench-apiserver: ## The whole program against a real kube-apiserver, as root; some minutes
	tools/install-deps.sh build test cluster
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset test -j $(JOBS) --target bench_whole_apiserver $(BUILD_ARGS)
	tests/cluster/cluster build
	mkdir -p build/bench
	build/test/bench_whole_apiserver --json build/bench/whole-apiserver.json $(BENCH_ARGS)

.PHONY: bench-peers
bench-peers: ## The same beside other projects' programs, as root; a quarter of an hour
	tools/install-deps.sh build test cluster peers
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset test -j $(JOBS) --target bench_whole_peers $(BUILD_ARGS)
	tests/cluster/cluster build
	tests/bench/peers/build
	mkdir -p build/bench
	build/test/bench_whole_peers --json build/bench/whole-peers.json $(BENCH_ARGS)

.PHONY: image
image: ## Build the container image, as build/image/portcullis.tar too; as root
	tools/install-deps.sh image
	tools/image

.PHONY: image-test
image-test: image ## Check what the image promises; as root
	tools/install-deps.sh build test
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	ctest --test-dir build/test -L '^image$$' --no-tests=error --output-on-failure $(CTEST_ARGS)

.PHONY: lint lint-format lint-layers lint-python lint-tidy
lint: lint-format lint-layers lint-python lint-tidy ## Check format, layers, types and clang-tidy's findings
lint-format:
	tools/install-deps.sh lint
	tools/format --check
lint-layers:
	tests/lint/layers
lint-python:
	tools/install-deps.sh lint
	MYPYPATH=tests/cluster mypy --strict --cache-dir build/mypy -p bed -p bed_tests -p scenarios
	MYPYPATH=tests/cluster:tests/manifests mypy --strict --cache-dir build/mypy --scripts-are-modules \
		tests/manifests/*.py tests/manifests/build-helm tests/manifests/on-server
	for test in tests/cli/*.py tests/monitoring/*.py; do \
		MYPYPATH=tests/monitoring mypy --strict --scripts-are-modules --cache-dir build/mypy "$$test" || exit; \
	done
	MYPYPATH=tests/bench/plot mypy --strict --cache-dir build/mypy tests/bench/plot/*.py
	mypy --strict --cache-dir build/mypy --scripts-are-modules tests/lint/links
	mypy --strict --cache-dir build/mypy --scripts-are-modules tests/docs/console
	MYPYPATH=tests/bench/api mypy --strict --cache-dir build/mypy --scripts-are-modules tests/bench/api/*.py tests/bench/api/load
	for script in draw record; do \
		MYPYPATH=tests/bench/plot mypy --strict --cache-dir build/mypy --scripts-are-modules \
			tests/bench/plot/$$script || exit; \
	done
	MYPYPATH=tests/cluster mypy --strict --cache-dir build/mypy --scripts-are-modules tests/bench/peers/build
	MYPYPATH=tests/people/matrix mypy --strict --cache-dir build/mypy tests/people/matrix/*.py
lint-tidy:
	tools/install-deps.sh build test lint
	cmake --preset tidy --log-level=NOTICE
	tools/tidy build/tidy

.PHONY: format
format: ## Reformat the C++ files
	tools/install-deps.sh lint
	tools/format

# The tests that a preset selects bear the names of the programs that have to be built for them.
tests_of = $$(ctest --preset $(1) -N | sed -n 's/^ *Test *\#[0-9]*: //p')

.PHONY: asan
asan: ## Run all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	tools/install-deps.sh build test
	cmake --preset asan --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset asan -j $(JOBS) $(BUILD_ARGS)
	$(NO_ASLR) ctest --preset asan -j $(JOBS) $(CTEST_ARGS)

.PHONY: tsan
tsan: ## Run the tests with threads under ThreadSanitizer
	tools/install-deps.sh build test
	cmake --preset tsan --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset tsan -j $(JOBS) --target $(call tests_of,tsan) $(BUILD_ARGS)
	$(NO_ASLR) ctest --preset tsan -j $(JOBS) $(CTEST_ARGS)

# Variables for `make cluster`: --family ipv4|ipv6|dual, --cni bridge|ptp, --proxy iptables|nftables, --nodes 0|1|2.
CLUSTER_ARGS ?=

.PHONY: cluster-parts
cluster-parts: image
	tools/install-deps.sh build test cluster
	$(call configure,test,build/test)
	cmake --build --preset test -j $(JOBS) --target agnhost portcullis $(BUILD_ARGS)
	tests/cluster/cluster build --nodes

.PHONY: cluster
cluster: cluster-parts ## Bring up a real Kubernetes of two nodes on this machine, as root; CLUSTER_ARGS vary it
	tests/cluster/cluster up --nodes 2 $(CLUSTER_ARGS)

.PHONY: cluster-down
cluster-down: ## End it and remove all that it made
	tests/cluster/cluster down

.PHONY: manifests
manifests: ## Build kubectl and helm, and test the manifests with them
	tools/install-deps.sh build test cluster
	tests/cluster/cluster build
	tests/manifests/build-helm
	cmake --preset test --log-level=NOTICE
	ctest --test-dir build/test -L manifests --output-on-failure $(CTEST_ARGS)

.PHONY: people
people: ## Test what people look at: completion, manual page, dashboard, alerts, the matrix page
	tools/install-deps.sh build test people browser
	cmake --preset test --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset test -j $(JOBS) --target portcullis portcullis-demo $(BUILD_ARGS)
	ctest --test-dir build/test -L '^people$$' --no-tests=error --output-on-failure $(CTEST_ARGS)

.PHONY: arm64
arm64: ## Cross-build for arm64 and run the tests that need no kernel, in qemu
	tools/install-deps.sh build arm64
	tools/arm64-root
	cmake --preset arm64 --log-level=NOTICE -DPORTCULLIS_WERROR=$(WERROR)
	cmake --build --preset arm64 -j $(JOBS) --target portcullis $(call tests_of,arm64) $(BUILD_ARGS)
	ctest --preset arm64 -j $(JOBS) $(CTEST_ARGS)

.PHONY: cluster-smoke
cluster-smoke: cluster-parts ## A sample of all that is tested on a real cluster, in a quarter of an hour, as root
	cmake --build --preset test -j $(JOBS) --target cluster_prober $(BUILD_ARGS)
	tests/cluster/cluster build --nodes --suites
	tests/manifests/build-helm
	tests/cluster/cluster smoke $(CLUSTER_ARGS)

.PHONY: conformance
conformance: cluster-parts release ## The public suites in every mode on real clusters, as root; hours on two cores
	tests/cluster/cluster build --nodes --suites
	tests/cluster/cluster conformance
	tests/cluster/cluster api-versions

.PHONY: install
install: release ## Install to $(DESTDIR)$(PREFIX)
	cmake --install build --prefix $(PREFIX)

.PHONY: deps
deps: ## Only install the packages that building, testing and linting need
	tools/install-deps.sh build test lint

.PHONY: clean
clean: ## Remove build/
	rm -rf build

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14
