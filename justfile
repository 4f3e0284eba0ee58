# The commands of the project. Each recipe builds what it needs.

run := "cargo run --release --locked --quiet --bin"

# List the recipes
[private]
default:
    @just --list --unsorted

# A debug build, since a release build takes twice as long and the lab does not need it.
# Show all eight transports in a browser: the page with the lab (options: just demo --rate 4)
[group('show')]
demo *options:
    cargo build --locked --bin server
    exec cargo run --locked --quiet --bin server -- --lab --rtt 200ms {{ options }}

# Show the lab with three servers behind HAProxy and three NATS brokers (.ci/setup cluster installs them)
[group('show')]
cluster *options:
    cargo build --locked --bin server
    exec cargo run --locked --quiet --bin server -- --lab --cluster --rtt 200ms {{ options }}

# Give the talk: slides with live demonstrations (just talk --lan allows phones to join)
[group('show')]
talk *options: build-server
    exec {{ run }} server -- --lab --rtt 200ms --rate 1 {{ options }}

# Show the gallery of records in a browser
[group('show')]
report: build-server
    .ci/show {{ run }} server --

# Measure all eight transports in about 5 minutes and draw the charts (just bench full: sweeps, over an hour)
[group('measure')]
bench suite="quick": build
    {{ run }} loadgen -- record loadgen/scenarios/{{ suite }}.toml

# Verify the load generator against known byte counts and delays
[group('measure')]
calibrate: build
    {{ run }} loadgen -- calibrate

# Check that clients receive every update once while brokers and servers fail, in 11 minutes, as root (.ci/setup cluster installs the brokers)
[group('measure')]
torture *options: build
    {{ run }} loadgen -- torture {{ options }}

# Measure all eight transports in a real Chromium and with the load generator, in about 4 minutes
[group('measure')]
bench-browser *options: build
    {{ run }} loadgen -- browser {{ options }}

# Compare with latencies of an independent client and an independent delay, in about 17 minutes (just second-opinion --clients 20 --pairs 3)
[group('measure')]
second-opinion *options: build
    python3 loadgen/tests/second_opinion.py link
    python3 loadgen/tests/second_opinion.py compare {{ options }}

# Measure the capacity of the load generator: deliveries on one core, CPU per delivery, memory per client
[group('measure')]
capacity: build
    cargo run --release --locked --quiet -p loadgen --example capacity

# Compare our server with a bare write loop and five other servers, in about 20 minutes (.ci/setup perf installs them; just perf --only ours,nchan --repeats 3)
[group('measure')]
perf *options: build
    cargo build --release --locked --manifest-path server/benches/peers/Cargo.toml --target-dir target
    {{ run }} loadgen -- record loadgen/scenarios/perf.toml {{ options }}

# Benchmark parts of the server without sockets: encoding, the feed, decoding of frames
[group('measure')]
speed:
    cargo bench --locked -p server --bench speed

# Check that a delivery does not need more instructions than before (requires valgrind: .ci/setup perf)
[group('measure')]
instructions:
    cargo bench --locked -p server --bench instructions

# Compare published claims with a record (default: the newest)
[group('measure')]
reproduce record=`ls -d results/2* | tail -1`: build
    {{ run }} loadgen -- reproduce {{ record }}

# Write the answer and the tables of four records into the READMEs (just readme results/A results/B results/C results/D)
[group('measure')]
readme record claims wires cluster: build
    {{ run }} loadgen -- readme {{ record }} --claims {{ claims }} --wires {{ wires }} --cluster {{ cluster }}

# Run everything that CI runs
[group('develop')]
test: lint
    node --test web/test/*/*.test.js
    cargo build --locked
    cargo test --locked --workspace

# Run the lab in a browser for an hour and check its memory (just soak 12m)
[group('develop')]
soak span="60m":
    cargo build --locked -p server
    cargo run --locked -p server --example soak {{ span }}

# Make the READMEs' pictures of the lab
[group('develop')]
screenshots:
    cargo build --locked -p server
    cargo run --locked -p server --example screenshots

# Capture and draw the READMEs' moving picture (just picture draw: without capturing)
[group('develop')]
picture *draw:
    cargo build --locked
    cargo run --locked --quiet -p loadgen --example picture -- {{ draw }}

# Record the wires that the talk plays without a server
[group('develop')]
recording:
    cargo build --locked -p server
    cargo run --locked -p server --example recording

# Check formatting, lints and documentation
[group('develop')]
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --locked --workspace --no-deps --quiet

# Check the dependencies: licences, duplicate versions, sources, and advisories if the database is there
[group('develop')]
deny:
    .ci/deny

# Build both programs in release mode
[group('develop')]
build:
    cargo build --release --locked

# The server with the same features as in a build of both programs, so that recipes share their
# build results
[private]
build-server:
    cargo build --release --locked --bin server
