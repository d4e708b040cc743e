"""The searches on a Dask cluster, through joblib's backend.

Each task draws from its own seed and their evidence is added in the order of the tasks, so a run on
a cluster gives what a local one gives. The workers need dante_ref installed, at the same versions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from joblib import parallel_config

from ..exceptions import InputError


@contextmanager
def dask_cluster(address: str, timeout: float = 10.0) -> Iterator[None]:
    """Within it, `search.run_tasks` runs on the cluster whose scheduler listens at `address`.

    address such as 'tcp://127.0.0.1:8786'. InputError without the extra `dask`, for an address
    that can't be read, for a scheduler that doesn't answer, for one without workers, and where the
    machine is so busy that distributed can't begin.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--dask needs an extra: pip install 'dante_ref[dask]'") from None
    try:
        client = Client(address, timeout=timeout)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"--dask {address}: no scheduler answers there ({error})") from None
    except AssertionError:  # distributed's own: after 10 seconds its thread hasn't begun
        raise InputError(
            f"--dask {address}: the connection's thread didn't begin; the machine is too busy"
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise InputError(f"--dask {address}: the scheduler has no workers")
        with parallel_config(backend="dask"):
            yield
