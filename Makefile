# `make demo` shows the program at work; `make check` tests everything. The
# build itself is CMake's.
JOBS := $(shell nproc)
PREFIX ?= /usr/local
CMAKE_OPTIONS ?=
comma := ,
cut_integers := -DSPIKERNN_SANITIZE=implicit-integer-truncation -DCMAKE_C_FLAGS=-fsanitize-trap=implicit-integer-truncation
sanitizers := -DSPIKERNN_SANITIZE=address$(comma)undefined$(comma)float-cast-overflow

.PHONY: demo octave check check-gcc check-clang check-sanitize check-arm64 check-fresh check-allocations check-cluster paper paper-question paper-page bench build install clean format
.NOTPARALLEL:

# $(call configure_and_build,folder,options[,target])
define configure_and_build
cmake -S . -B build/$(1) -G Ninja $(2) $(CMAKE_OPTIONS)
cmake --build build/$(1) -j $(JOBS) --target $(or $(3),all)
endef

# $(call build_and_test,folder,options[,which tests]): warnings are errors
define build_and_test
tools/install-deps --tests
$(call configure_and_build,$(1),-DSPIKERNN_WERROR=ON -DBUILD_TESTING=ON $(2))
ctest --test-dir build/$(1) -j $(JOBS) --output-on-failure --no-tests=error $(3)
endef

demo: build
	build/release/spikernn run go-nogo --N 200 --decay_taus 4 20 --criterion loss --seed 1

build:
	tools/install-deps
	$(call configure_and_build,release,-DBUILD_TESTING=OFF)

# The functions for Octave, in build/octave.
octave:
	tools/install-deps --octave
	$(call configure_and_build,release,-DBUILD_TESTING=OFF -DSPIKERNN_OCTAVE=ON)
	ln -sfn release/octave build/octave
	@echo "In Octave: addpath $(CURDIR)/build/octave"

check: check-gcc check-clang check-sanitize

check-gcc:
	$(call build_and_test,gcc,-DCMAKE_C_COMPILER=gcc)

# With Clang the tests in C, whose stored results hold for both compilers, with Clang's check for
# integers that are cut on their way into a smaller type. Such a one is a trap (SIGILL), as the
# check's own messages take a library that not every Clang comes with.
check-clang:
	$(call build_and_test,clang,-DCMAKE_C_COMPILER=clang -DSPIKERNN_OCTAVE=OFF $(cut_integers),-L 'unit|golden|fuzz')

# Of the tests in Python those that hand odd arrays to the library; not those in which it matters
# when a run ends, or that bits are the same.
check-sanitize:
	$(call build_and_test,sanitize,-DCMAKE_C_COMPILER=gcc $(sanitizers),-LE octave -E 'python.(main|torch|spiking_(eval|search))|cli.(bench|kill|resume|same_bits)')

# Not in `check`, as it takes long: builds for arm64 and runs the tests in C under QEMU, but for
# one that alone would take ten minutes. Threads that wait should leave it the processors.
check-arm64: export OMP_WAIT_POLICY := passive
check-arm64: build
	tools/install-deps --arm64
	tools/arm64-sysroot build/arm64-sysroot
	$(call build_and_test,arm64,--toolchain cmake/arm64.cmake -DSPIKERNN_OCTAVE=OFF \
	  -DSPIKERNN_NATIVE=$(CURDIR)/build/release/spikernn,-L 'unit|golden|fuzz|cross' -E unit.operating_point)

# Not in `check`, as it takes long: `make demo` and `make check` in a fresh Debian (tools/check-fresh).
check-fresh:
	tools/check-fresh

# Not in `check`, as it takes long: of cli.allocations all places where memory can run out.
check-allocations: export ALL_ALLOCATIONS := 1
check-allocations:
	tools/install-deps --tests
	$(call configure_and_build,gcc,-DSPIKERNN_WERROR=ON -DBUILD_TESTING=ON -DCMAKE_C_COMPILER=gcc)
	ctest --test-dir build/gcc -R cli.allocations --verbose --timeout 20000

# Not in `check`, as it takes long and root: a study on a SLURM that is started for it, and under
# mpirun of Open MPI and of MPICH.
check-cluster: build
	tools/install-deps --cluster
	tests/cluster/with-slurm $(CURDIR)/tests/cluster/cluster.sh $(CURDIR)/build/release/spikernn

# make fuzz-mat hunts with tests/fuzz/fuzz_mat.c until stopped; on Debian Clang's
# fuzzer is in libclang-rt-dev.
fuzz-%:
	$(call configure_and_build,fuzz,-DCMAKE_C_COMPILER=clang -DSPIKERNN_FUZZ=ON $(sanitizers),fuzz_$*)
	mkdir -p build/fuzz/corpus/$*
	build/fuzz/tests/fuzz_$* -artifact_prefix=build/fuzz/ build/fuzz/corpus/$* $(wildcard tests/fuzz/seeds/$*)

# The figures of Kim, Li & Sejnowski 2019, into runs/kim2019: hours for 100 networks a condition, minutes
# with SEEDS=1:5. Stop it at any time; the same command continues. paper-question: the studies of what
# decides how well a network converts. paper-page: the page of both from the results in docs/paper/records, into
# runs/paper; computes no network.
paper: build
	$(call run_studies,fig*,runs/kim2019,$(if $(SEEDS),--seeds $(SEEDS)))

paper-question: build
	$(call run_studies,[!f]*,runs/kim2019,$(if $(SEEDS),--seeds $(SEEDS)))

paper-page: build
	mkdir -p runs/paper/records
	cp docs/paper/records/*.jsonl runs/paper/records/
	$(call run_studies,*,runs/paper,--max_hours 0 --quiet >/dev/null)

# $(call run_studies,names,folder,options of `study run`)
define run_studies
for file in $(wildcard studies/kim2019/$(1).json); do \
  build/release/spikernn study run $$file --dir $(2)/$$(basename $$file .json) $(3) || exit; \
done
build/release/spikernn study report $(2)
endef

bench: build
	build/release/spikernn-bench

install: build
	cmake --install build/release --prefix "$(PREFIX)"
	@if [ "$$(id -u)" = 0 ] && [ -z "$(DESTDIR)" ]; then ldconfig; fi

clean:
	rm -rf build

format:
	git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i
