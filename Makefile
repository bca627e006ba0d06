# A thin wrapper: each target is a command or two that you could type yourself.
JOBS ?= $(shell nproc)
RUN := build/release/apps/fovea
PACKAGES := g++ cmake ninja-build nlohmann-json3-dev libcli11-dev libhwy-dev libstb-dev libturbojpeg0-dev zlib1g-dev dataset-fashion-mnist
TEST_PACKAGES := catch2 librapidcheck-dev pkg-config libopenmpi-dev openmpi-bin iproute2
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

all: build

deps:  ## install what the program needs (Debian 12)
	@dpkg -s $(PACKAGES) >/dev/null 2>&1 || { $(SUDO) apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $(PACKAGES); }

test-deps: deps  ## and what the tests need
	@dpkg -s $(TEST_PACKAGES) >/dev/null 2>&1 || { $(SUDO) apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $(TEST_PACKAGES); }

program: deps  ## the fovea program
	cmake --preset release
	cmake --build --preset release -j$(JOBS) --target fovea

build: program  ## and the libraries, the man page, the completions
	cmake --build --preset release -j$(JOBS)

demo: program  ## train, evaluate and use a small AlexNet on real pictures: minutes on two cores
	$(RUN) train configs/fashion_mnist.json -o runs/demo --force
	$(RUN) eval runs/demo
	$(RUN) predict runs/demo /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz --first 5
	@echo
	@echo "The run is in runs/demo. What to try next:"
	@echo "  $(RUN) summary configs/alexnet-paper.json"
	@echo "  $(RUN) train configs/fashion_mnist_long.json"
	@echo "  $(RUN) train configs/fashion_mnist.json lr=0.01 epochs=10"

test: test-deps  ## build and run every test
	cmake --preset dev $(CMAKE_FLAGS)
	cmake --build --preset dev -j$(JOBS)
	ctest --preset dev -j$(JOBS)

nvcc: test-deps  ## compile and link the CUDA sources and their tests for GPUs; needs the CUDA toolkit
	cmake --preset nvcc
	cmake --build --preset nvcc -j$(JOBS)

nvcc-release: deps  ## the program and the library with code for every supported GPU; starts without a GPU or CUDA as well
	cmake --preset nvcc-release
	cmake --build --preset nvcc-release -j$(JOBS)

gpu-report: test-deps  ## on a machine with a GPU: tests, every kernel and training steps beside peers, into benchmarks/results/
	benchmarks/gpu_report

kernel-report:  ## registers, spills, occupancy and main loops of the CUDA kernels, from what nvcc makes of them
	@[ -d build/nvdisasm ] || { python3 -m venv build/nvdisasm && build/nvdisasm/bin/pip -q install nvidia-cuda-nvdisasm; }
	benchmarks/kernel_report --nvdisasm "$$(find $(CURDIR)/build/nvdisasm -name nvdisasm -type f | head -1)"

emulation-coverage: test-deps  ## which lines of the CUDA tests' kernels run, by gcov
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target emulation_coverage

cuda-coverage: test-deps  ## which lines of the CUDA kernels the tests run, by gcov; fails below 98 %
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target cuda_coverage

cuda-shapes: test-deps  ## AlexNets' convolutions in full size, and 1000 odd ones, on a GPU against double precision
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target cuda_shapes

cuda-address: test-deps  ## the CUDA kernels under AddressSanitizer, in every order of threads and with lazy streams
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target cuda_address

bench: test-deps  ## the kernels against this machine's measured peaks, and the whole AlexNet step
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target fovea_bench_kernels fovea_bench_alexnet
	build/dev/benchmarks/fovea_bench_kernels
	echo 9 | build/dev/benchmarks/fovea_bench_alexnet 32

bench-peers: bench  ## the AlexNet step beside PyTorch, in one run
	benchmarks/peers/run

install: build  ## to /usr/local, or PREFIX=...
	cmake --install build/release $(if $(PREFIX),--prefix $(PREFIX))

docs: test-deps  ## docs/config.md, configs/schema.json and docs/cli.md, from the declarations they are made of
	cmake --preset dev
	cmake --build --preset dev -j$(JOBS) --target config_docs cli_docs
	build/dev/tests/docs/config_docs . --update
	build/dev/apps/cli_docs --page docs/cli.md --update
	python3 tests/docs/code_blocks.py . --update

fuzz: deps  ## random inputs for everything that reads files: a minute each
	@dpkg -s clang-14 libclang-rt-14-dev >/dev/null 2>&1 || { $(SUDO) apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends clang-14 libclang-rt-14-dev; }
	cmake --preset fuzz
	cmake --build --preset fuzz -j$(JOBS)
	tests/fuzz/run build/fuzz 60

format:  ## clang-format on every source
	clang-format-14 -i $$(git ls-files '*.cpp' '*.h')

lint:  ## format and clang-tidy, as CI checks them
	clang-format-14 --dry-run --Werror $$(git ls-files '*.cpp' '*.h')
	cmake --preset tidy
	cmake --build --preset tidy -j$(JOBS)

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: all deps test-deps program build demo test nvcc nvcc-release gpu-report kernel-report emulation-coverage cuda-coverage cuda-shapes cuda-address bench bench-peers install docs fuzz format lint help
