"""How a sandboxed child is started: its command line, its environment, what it may see."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def python(*arguments: str) -> list[str]:
    """Return the command line that starts this interpreter with ``arguments``."""
    # -P: neither the working folder nor the script's is searched; -s: no user site-packages.
    return [sys.executable, "-P", "-s", "-B", *arguments]


def code_folders(packages: Sequence[str]) -> list[Path]:
    """Return where the allowed packages and the kernel lie, none of their neighbours.

    Raises:
        ModuleNotFoundError: a package is not importable here.
    """
    found = []
    for name in ("kernel", *packages):
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            raise ModuleNotFoundError(f"the package {name} cannot be found", name=name)
        origin = Path(spec.origin).resolve()
        found.append(origin.parent if spec.submodule_search_locations else origin)
    return found


def environment(packages: Sequence[str]) -> dict[str, str]:
    """Return the whole environment of a child: paths, one thread, nothing of ours."""
    roots = dict.fromkeys(str(folder.parent) for folder in code_folders(packages))
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONHASHSEED": "0",
        "LANG": "C.UTF-8",
        # One thread: forks of a process with a busy thread pool hang, and children share cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def bubblewrap(folders: Sequence[Path]) -> list[str]:
    """Return the start of a bubblewrap command line that shows ``folders`` read-only."""
    interpreter = Path(sys.executable).resolve().parent.parent
    shown = ["/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"]
    shown += [sys.base_prefix, sys.base_exec_prefix, str(interpreter), sys.prefix]
    shown += [str(folder) for folder in folders]
    argv = [shutil.which("bwrap") or "bwrap"]
    # Process 1 is the zygote: nobody inside can kill, stop or outlive it.
    argv += ["--unshare-all", "--as-pid-1", "--new-session", "--cap-drop", "ALL"]
    for path in dict.fromkeys(shown):
        argv += ["--ro-bind-try", path, path]
    for device in ("null", "zero", "random", "urandom"):
        argv += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    return [*argv, "--proc", "/proc"]


@functools.cache
def bubblewrap_works() -> bool:
    """Return whether a bubblewrap child can be started here; asked once per process."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    argv = [*bubblewrap([]), "--", *python("-c", "")]
    try:
        return subprocess.run(argv, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
