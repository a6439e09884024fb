"""Times Unit Variance beside NumPy, SciPy, PyTorch, JAX and Intel's MKL, as far as they are installed, in one run.

    python benches/peers/compare.py [--cores N] [--avx2] [initializers | experiments]

Prints the processor, the version of each library, and for every workload the fastest of several runs in
milliseconds: ours, and each peer's with how many times as long it takes. Where the workload is a fill,
a plain write of the same memory stands beside it. Everything runs on N cores, on one if not told. With `--avx2` a
processor that has AVX-512 does without: ours is built without code for it, and the peers are told by their own variables.
"""

import argparse
import importlib
import json
import os
import platform
import re
import shutil
import subprocess
import time
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITES = ["initializers", "experiments"]


def processor():
    """The processor's name, and the widest of the registers for which vector code is written."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    # The name may say little ("AMD EPYC"), family and model do not.
    facts = [re.search(rf"^{key}\s*:\s*(.+)$", text, re.M) for key in ["model name", "cpu family", "model"]]
    name = ", ".join(f"{key}{fact[1]}" for key, fact in zip(["", "family ", "model "], facts) if fact)
    wide = next((flag for flag in ["avx512f", "avx2", "sse2", "asimd"] if re.search(rf"\b{flag}\b", text)), None)
    return f"{name or platform.machine()}, {wide}" if wide else name or platform.machine()


def restrict(cores):
    """Keeps all that follows to so many cores, whatever a library counts by itself."""
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ[variable] = str(cores)
    for variable in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]:  # which would keep NumPy from code for this processor
        os.environ.pop(variable, None)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


# What keeps each peer to AVX2: NumPy, OpenBLAS below it, MKL (which heeds this on Intel's processors alone), PyTorch, oneDNN, JAX.
AVX2 = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_max_isa=AVX2",
}


def without_avx512():
    """A copy of the sources whose manifest asks for no code for AVX-512; nor may the compiler write such code by itself."""
    os.environ.pop("RUSTFLAGS", None)
    copy = ROOT / "target" / "avx2"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    for name in tracked.decode().strip("\0").split("\0"):
        source, target = ROOT / name, copy / name
        text = source.read_bytes()
        if name == "Cargo.toml":
            text, wanted = text.replace(b', "x86-v4"', b""), text
            if text == wanted:
                raise SystemExit("Cargo.toml asks for no code for AVX-512, and `--avx2` would change nothing")
        # What has not changed is not touched, and not compiled again.
        if not target.exists() or target.read_bytes() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
            shutil.copymode(source, target)
    return copy


def build(suite, root):
    command = ["cargo", "bench", "--quiet", "--locked", "--no-run", "--bench", f"peers-of-{suite}"]
    subprocess.run(command, cwd=root, check=True)


def ours(suite, cores, root):
    """The same workloads in Rust, as {workload: milliseconds}."""
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", f"peers-of-{suite}", "--", str(cores)]
    return json.loads(subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE).stdout)


def fastest(run, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def installed(suite, cores):
    """The peers of a suite, as (workload, name, run, runs); says which libraries are missing."""
    found = []
    for library, peers in importlib.import_module(suite).PEERS.items():
        try:
            found += peers(cores)
            print(f"{library} {metadata.version(library)}")
        except (ImportError, OSError, ValueError) as error:  # a broken installation is a missing one
            print(f"{library}: left out, {error}")
    return found


def compare(suite, cores, root):
    peers = installed(suite, cores)
    mine = ours(suite, cores, root)
    print(f"\n{'on ' + str(cores) + (' core' if cores == 1 else ' cores'):44}{'ms':>9}{'/ write':>9}{'/ ours':>9}")

    def line(workload, name, ms):
        write = mine.get(f"write 4096 {workload[-3:]}") if " 4096 " in workload else None
        over_write = f"{ms / write:9.2f}" if write else " " * 9
        print(f"{workload if name == 'ours' else '':26}{name:18}{ms:9.1f}{over_write}{ms / mine[workload]:9.2f}")

    for workload, ms in mine.items():
        line(workload, "ours", ms)
        for of, name, run, runs in peers:
            if of == workload:
                line(workload, name, fastest(run, runs))
    print()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="suite", help=" or ".join(SUITES))
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--avx2", action="store_true", help="do without AVX-512")
    options = parser.parse_args()
    for suite in options.suites:
        if suite not in SUITES:
            parser.error(f"there is no suite `{suite}`; there are {', '.join(SUITES)}")
    if not 1 <= options.cores <= os.cpu_count():
        parser.error(f"--cores must be from 1 to {os.cpu_count()}, but is {options.cores}")
    # The compiler may use all cores, what is timed may not.
    root = without_avx512() if options.avx2 else ROOT
    for suite in options.suites or SUITES:
        build(suite, root)
    restrict(options.cores)
    if options.avx2:
        os.environ.update(AVX2)
    print(processor() + (", without AVX-512" if options.avx2 else ""))
    for suite in options.suites or SUITES:
        compare(suite, options.cores, root)
