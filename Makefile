# Everything a person needs to type. `make run` and `make test` are the two commands of the README.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# How long a soak is: kills of each crash test, seeds of the simulation, cases of each property.
ROUNDS ?= 200
SEEDS ?= $(ROUNDS)
CASES ?= $(shell expr $(ROUNDS) '*' 20)

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup:           ## install what is missing
	@scripts/setup

run: setup web   ## serve a demonstration province on http://127.0.0.1:8080
	cargo run -q -p xiezhi -- serve --demonstration

web: setup       ## build the web pages where they are stale
	@scripts/web

test: setup web  ## everything that must hold
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	npm --prefix web run -s check
	cargo test --workspace
	npm --prefix web run -s e2e

soak: setup      ## all tests, the random ones for long: make soak ROUNDS=200 (or SEEDS=, CASES= apart)
	XIEZHI_ROUNDS=$(ROUNDS) XIEZHI_SEEDS=$(SEEDS) PROPTEST_CASES=$(CASES) cargo test --workspace --no-fail-fast

bench: setup web ## figures, with the machine they were measured on
	@scripts/bench

deny:            ## licences and sources of all dependencies
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check licenses bans sources

fmt:             ## format
	cargo fmt --all

.PHONY: help setup run web test soak bench deny fmt
