# What can be done here. Each recipe builds what it needs.

run := "cargo run --release --locked --quiet --bin"

# List the recipes
[private]
default:
    @just --list --unsorted

# Not optimised: that takes twice as long to build, and the lab does not need it.
# Show the eight at work in a browser: the page with the lab (options: just demo --rate 4)
[group('show')]
demo *options:
    cargo build --locked --bin server
    cargo run --locked --quiet --bin server -- --lab --rtt 200ms {{ options }}

# Give the talk: slides on live pieces (just talk --lan lets phones in the room join)
[group('show')]
talk *options: build-server
    {{ run }} server -- --lab --rtt 200ms --rate 1 {{ options }}

# Show the gallery of records in a browser
[group('show')]
report: build-server
    .ci/show {{ run }} server --

# Measure all eight in some five minutes, draw the charts (just bench full: sweeps, over an hour)
[group('measure')]
bench suite="quick": build
    {{ run }} loadgen -- record loadgen/scenarios/{{ suite }}.toml

# Let the instrument read what is known: bytes, delays, itself
[group('measure')]
calibrate: build
    {{ run }} loadgen -- calibrate

# All eight in a real Chromium too, beside the load generator, in four minutes
[group('measure')]
bench-browser *options: build
    {{ run }} loadgen -- browser {{ options }}

# Latency by an outside client and an outside delay too, in some 17 minutes (just second-opinion --clients 20 --pairs 3)
[group('measure')]
second-opinion *options: build
    python3 loadgen/tests/second_opinion.py link
    python3 loadgen/tests/second_opinion.py compare {{ options }}

# What the load generator itself can take: deliveries on one core, CPU for each, memory of a client
[group('measure')]
capacity: build
    cargo run --release --locked --quiet -p loadgen --example capacity

# Our server beside the bare write loop and five other servers, in some 20 minutes (.ci/setup perf installs them; just perf --only ours,nchan --repeats 3)
[group('measure')]
perf *options: build
    cargo build --release --locked --manifest-path server/benches/peers/Cargo.toml --target-dir target
    {{ run }} loadgen -- record loadgen/scenarios/perf.toml {{ options }}

# Parts of the server without sockets: encoding, the feed, decoding of frames
[group('measure')]
speed:
    cargo bench --locked -p server --bench speed

# Whether a delivery takes more instructions than before (needs valgrind: .ci/setup perf)
[group('measure')]
instructions:
    cargo bench --locked -p server --bench instructions

# Set what others published beside what a record has measured: the newest, if none is named
[group('measure')]
reproduce record=`ls -d results/2* | tail -1`: build
    {{ run }} loadgen -- reproduce {{ record }}

# Put a record's table and chart into the READMEs, and the claims of another one
[group('measure')]
readme record claims=record: build
    {{ run }} loadgen -- readme {{ record }} --claims {{ claims }}

# All that CI runs
[group('develop')]
test: lint
    node --test web/test/*/*.test.js
    cargo build --locked
    cargo test --locked --workspace

# Run the lab in a browser for an hour, and watch its memory (just soak 12m)
[group('develop')]
soak span="60m":
    cargo build --locked -p server
    cargo run --locked -p server --example soak {{ span }}

# Make the READMEs' pictures of the lab
[group('develop')]
screenshots:
    cargo build --locked -p server
    cargo run --locked -p server --example screenshots

# Record what the talk plays without a server
[group('develop')]
recording:
    cargo build --locked -p server
    cargo run --locked -p server --example recording

# Formatting, lints and documentation, without warnings
[group('develop')]
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --locked --workspace --no-deps --quiet

# Check the dependencies: licences, duplicate versions, sources, and advisories if the database is there
[group('develop')]
deny:
    .ci/deny

# Both programs, optimised
[group('develop')]
build:
    cargo build --release --locked

# The server alone, with the features that it has beside the load generator: what one recipe has
# built the next one does not build again
[private]
build-server:
    cargo build --release --locked --bin server
