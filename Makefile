# Everything a person needs to type. `make run` and `make test` are the two commands of the README.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# How long a soak is: kills of each crash test, seeds of the simulation, cases of each property.
ROUNDS ?= 200
SEEDS ?= $(ROUNDS)
CASES ?= $(shell expr $(ROUNDS) '*' 20)

# Clippy compiles what is tested: all is compiled once, not a second time to be looked at. (The odd text is how
# clippy-driver separates its arguments.)
LINTED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup:           ## install what is missing
	@scripts/setup

run: setup web   ## serve a demonstration province on http://127.0.0.1:8080
	cargo build --workspace --bins
	target/debug/xiezhi serve --demonstration

web: setup       ## build the web pages where they are stale
	@scripts/web

# What only the tests need.
test-setup: setup
	@scripts/setup tests

test: test-setup web  ## everything that must hold
	cargo fmt --all --check
	npm --prefix web run -s check
	$(LINTED) cargo test --workspace
	npm --prefix web run -s e2e

lint:            ## clippy alone, quickly
	cargo clippy --workspace --all-targets -- -D warnings

fuzz: setup web  ## requests by chance against every endpoint
	cargo build -q --workspace --bins
	scripts/fuzz

soak: test-setup      ## all tests, the random ones for long: make soak ROUNDS=200 (or SEEDS=, CASES= apart)
	XIEZHI_ROUNDS=$(ROUNDS) XIEZHI_SEEDS=$(SEEDS) PROPTEST_CASES=$(CASES) cargo test --workspace --no-fail-fast

bench: setup web ## figures, with the machine they were measured on
	@scripts/bench

deny:            ## licences and sources of all dependencies
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check licenses bans sources

fmt:             ## format
	cargo fmt --all

.PHONY: help setup test-setup run web test lint fuzz soak bench deny fmt
