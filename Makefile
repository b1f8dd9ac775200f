# Everything a contributor types. `make` alone lists it.
SHELL := /bin/bash
CONFIGURATION ?= Debug
CHART := charts/binnacle
HELM := .tools/bin/helm
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export CONFIGURATION

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: tools
tools: ## Bring Prometheus, Alertmanager, kubectl and the like into .tools/ (nothing is installed)
	@hack/tools.sh

.PHONY: restore
restore: ## Restore the packages that the lock files name
	@dotnet restore Operator.sln --locked-mode -v quiet

.PHONY: build
build: restore ## Build everything
	@dotnet build Operator.sln --no-restore -c $(CONFIGURATION) -v quiet -maxcpucount:2

.PHONY: run
run: tools restore ## Show it live: cluster, operator, sample service, alerts; Ctrl-C ends it all
	@dotnet run --project src/Binnacle.Quickstart --no-restore -v quiet

.PHONY: run-once
run-once: tools restore ## The same without a terminal: prove the alert fires and resolves, then exit
	@dotnet run --project src/Binnacle.Quickstart --no-restore -v quiet -- --once

.PHONY: test
test: tools build ## Run every test
	@hack/test.sh

.PHONY: test-%
test-%: tools ## Run one project: make test-Binnacle.Api.Tests
	@dotnet build tests/$* -c $(CONFIGURATION) -v quiet
	@hack/test.sh --label $* $*

.PHONY: lint
lint: ## Format, analyzers, generated files, lock files, scripts, chart
	@hack/lint.sh

.PHONY: format
format: ## Format the code
	@dotnet tool restore >/dev/null
	@dotnet csharpier format .

.PHONY: generate
generate: restore ## Write config/crd, config/rbac and the chart's copies out of the C# types
	@hack/generate.sh

.PHONY: bench
bench: tools ## Measure: the operator with 200 to 20,000 AlertRules, client and cache beside kubectl and curl, expressions
	@dotnet publish src/Binnacle.Operator -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
		-p:RestoreLockedMode=false -p:NuGetLockFilePath=obj/publish.lock.json -p:RunAnalyzers=false -o artifacts/operator -v quiet
	@BINNACLE_OPERATOR=$(CURDIR)/artifacts/operator/Binnacle.Operator.dll \
		dotnet run --project tests/Benchmarks -c Release -v quiet -- $(SIZES)
	@dotnet run --project tests/Benchmarks -c Release --no-build -v quiet -- --client $(CLIENT)
	@dotnet run --project tests/Benchmarks -c Release --no-build -v quiet -- --promql $(PROMQL)

.PHONY: promql-differential
promql-differential: tools restore ## Compare our judgement of expressions with Prometheus's: COUNT=200000 SEED=1 CORPUS="DIR…" PROMTOOL=path
	@dotnet run --project tests/PromQlDifferential --no-restore -c Release -v quiet -- --count $(or $(COUNT),200000) \
		--seed $(or $(SEED),1) --corpus config/samples $(foreach folder,$(CORPUS),--corpus $(folder)) \
		$(if $(PROMTOOL),--promtool $(PROMTOOL))

.PHONY: lint-survey
lint-survey: restore ## Count what the PromQL lints find in a folder of rule files: DIR=folder, and LINT=id for a sample
	@dotnet run --project tests/Binnacle.PromQL.Tests --no-restore -c $(CONFIGURATION) -v quiet -- lint-survey "$(DIR)" $(LINT)

.PHONY: chaos
chaos: tools restore ## Hurt operator, API server and network, and compare with a clean run: DRILLS="kill cut" QUICK=1 SEED=7
	@dotnet run --project tests/Chaos --no-restore -c $(CONFIGURATION) -v quiet -- \
		$(if $(DRILLS),--drills "$(DRILLS)") $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED)) $(CHAOS_ARGS)

.PHONY: chart-lint
chart-lint: tools ## Check the Helm chart
	@$(HELM) lint --strict $(CHART)

.PHONY: chart-template
chart-template: tools ## Print what the Helm chart installs
	@$(HELM) template binnacle $(CHART) --namespace binnacle-system

.PHONY: chart-package
chart-package: tools generate ## Package the Helm chart into artifacts/
	@mkdir -p artifacts && $(HELM) package $(CHART) --destination artifacts

.PHONY: clean
clean: ## Remove what was built (downloads in .tools/ and its cache stay)
	@find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
	@rm -rf artifacts TestResults BenchmarkDotNet.Artifacts .run
