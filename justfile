# What is typed often. `just` is not required: every recipe is a few plain commands.

# list the recipes
default:
    @just --list

# the program, as a user runs it
build:
    cargo build --release

# seconds: does it compile, is it formatted?
quick:
    cargo fmt --check
    cargo check --all-targets

# all tests, or those whose name contains FILTER: just test twin
test *FILTER:
    cargo test {{FILTER}}

# one module of the suite: just suite language
suite MODULE *ARGS:
    cargo test --test suite {{MODULE}}:: {{ARGS}}

# unit tests of the library, or those whose name contains FILTER
unit *FILTER:
    cargo test --lib {{FILTER}}

# whether intervals of rare events cover, on eight published problems: some minutes
rare-coverage:
    cargo test --lib the_intervals_of_both_routes_cover -- --ignored

fmt:
    cargo fmt

clippy:
    cargo clippy --all-targets -- -D warnings

# the documentation of the library
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# report.html: build its program, or test it in a browser
web-build:
    cd web && npm ci && npm run build
web-test:
    web/test.sh

# everything that a change must pass
ci:
    .ci/run

# one benchmark: engine, month, instructions or scale
bench NAME="instructions":
    cargo bench --bench {{NAME}}

# this engine beside numpy, numba, JAX and C++: about ten minutes
peers *ARGS:
    python3 benches/peers/run.py {{ARGS}}

# rewrite what tests generate: glossary, golden tables, counts on the pages; review the difference like code
bless *FILTER:
    OURO_BLESS=1 cargo test --test suite {{FILTER}}

# run the bundled scenario, as the README does
reference *ARGS:
    cargo run --release -- run scenarios/openai-2026-06.toml {{ARGS}}

# regenerate outputs/sample, which the README shows (about a minute on two cores after the build)
sample: build
    rm -rf target/sample && mkdir -p target/sample
    target/release/ouro run scenarios/openai-2026-06.toml --no-paths --quiet --out target/sample/run
    target/release/ouro twins scenarios/openai-2026-06.toml --out target/sample/twins
    target/release/ouro sweep scenarios/sweeps/amazon-money.toml --out target/sample/sweep
    cp target/sample/run/report.txt target/sample/run/summary.csv outputs/sample/
    cp target/sample/run/figures/funding-gap.svg target/sample/run/figures/events.svg outputs/sample/figures/
    cp target/sample/run/figures/tail-funding-gap-openai.svg outputs/sample/figures/tail-funding-gap.svg
    cp target/sample/twins/figures/default-openai-difference.svg outputs/sample/figures/twins-default.svg
    cp target/sample/sweep/figures/default-openai-2030-12.svg outputs/sample/figures/sweep-default.svg

# regenerate docs/validation.md (some minutes on two cores after the build)
validation: build
    rm -rf target/validation
    target/release/ouro validate --out target/validation || [ $? -eq 5 ]
    cp target/validation/validation.md docs/validation.md
