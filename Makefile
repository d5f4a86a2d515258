# Gatepost's few commands. What they do is in tools/, one small script each.
.PHONY: help up test coverage check fix bench mutate docs screenshots

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

up: ## start Gatepost with examples (ARGS="--port 9000 --json", GATEPOST_DATA_DIR, GATEPOST_PORT)
	@tools/up.sh $(ARGS)

test: ## install what the tests need, then run all of them (ARGS="-k name")
	@tools/test.sh $(ARGS)

coverage: ## run all tests and count what each of them covers (artefacts/coverage/)
	@tools/test.sh --cover-all

check: ## read the code: style, types, floors, house rules, spelling, docs
	@tools/check.sh

fix: ## let the tools mend what they can
	@tools/fix.sh

bench: ## measure the gate and the cold start; ratios go to bench/results/
	@tools/bench.sh

mutate: ## break the rights on purpose, fault by fault; each has to fail a test (ARGS="membership I10")
	@tools/environment.sh dev && nice -n 19 .venv/bin/python tools/mutate.py $(ARGS)

docs: ## write anew what is generated: references in docs/reference
	@tools/docs.sh

screenshots: ## photograph the pages into artefacts/ (ARGS=--readme renews those of README)
	@tools/screenshots.sh $(ARGS)
