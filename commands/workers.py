"""Where pieces of work run: in this process, on threads of this machine, or on a Dask cluster.

Results come back in the order of the work: whatever runs it, and however it is cut into pieces, what
is made of them is the same to the last bit.
"""

from __future__ import annotations

import logging
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from analysis.market.errors import DesignError

Work = Callable[[Any], Any]
Spread = Callable[[Work, Sequence[Any]], Iterator[Any]]

LOCAL = "local"
RETRIES = 3  # of a piece that died with its worker
PATIENCE = "10s"
LEAST = 0.4  # seconds of work in a piece, so that none takes less than a quarter of a second
# Dask's own setting gives every freed array back to the system, which doubles the time of a simulation.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_MMAP_THRESHOLD_": "33554432"} | dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


@contextmanager
def spread_over(workers: int | None, cluster: str | None) -> Iterator[Spread]:
    """A map over pieces of work, in their order: `workers` threads, or a Dask `cluster`.

    `cluster` is the address of a scheduler, or ``local`` to start one with `workers` processes.

    Raises
    ------
    DesignError
        If there is less than one worker, or the scheduler cannot be reached or is lost.
    """
    if workers is not None and workers < 1:
        raise DesignError(f"--workers {workers}: at least one is needed")
    if cluster is not None:
        with _client(cluster, workers) as client:
            yield partial(_on_cluster, client, cluster)
    elif workers is None or workers == 1:
        yield map
    else:
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield pool.map
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def in_pieces(work: Work, blocks: Sequence[Any], spread: Spread) -> Iterator[Any]:
    """Results of all blocks, in their order, in pieces of several blocks that take `LEAST` seconds.

    How long a block takes is seen from the first ones, which are worked on here.
    """
    yield work(blocks[0])  # not timed: it loads what the others find loaded
    rest, seconds, count = blocks[1:], 0.0, 0
    while seconds < LEAST and count < len(rest):
        start = time.perf_counter()
        result = work(rest[count])
        seconds += time.perf_counter() - start
        count += 1
        yield result
    rest = rest[count:]
    if rest:
        pieces = np.array_split(np.arange(len(rest)), len(rest) // max(count, 1) or 1)
        for results in spread(partial(_every, work), [[rest[i] for i in piece] for piece in pieces]):
            yield from results


def _every(work: Work, blocks: Sequence[Any]) -> list[Any]:
    return [work(block) for block in blocks]


@contextmanager
def _client(cluster: str, workers: int | None) -> Iterator[Any]:
    """A client of a scheduler, or of one started here, that keeps its tracebacks to itself."""
    logging.disable(logging.CRITICAL)
    try:
        with _connected(cluster, workers) as client:
            yield client
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _connected(cluster: str, workers: int | None) -> Iterator[Any]:
    import distributed

    connect: Any = distributed.Client
    if cluster == LOCAL:
        with _processes(workers or os.cpu_count()) as here, connect(here) as client:
            yield client
        return
    if workers is not None:
        raise DesignError("--workers counts threads here or processes of --cluster local, not of a scheduler")
    try:
        client = connect(cluster, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] or type(error).__name__
        raise DesignError(f"no Dask scheduler answers at {cluster} ({reason})") from None
    with client:
        yield client


def _processes(count: int | None) -> Any:
    """A scheduler and `count` worker processes on this machine."""
    import dask
    import distributed

    start: Any = distributed.LocalCluster
    with dask.config.set({"distributed.nanny.pre-spawn-environ": KEEP_MEMORY}):
        return start(
            n_workers=count,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )


def _on_cluster(client: Any, cluster: str, work: Work, pieces: Sequence[Any]) -> Iterator[Any]:
    """Results of the pieces; one whose worker dies runs again on another.

    The work, with all that it carries, goes to the scheduler once. It is the result of a task, and so
    it can be made again when the workers that have it die.
    """
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
        sent = client.submit(pickle.loads, pickle.dumps(work), pure=False, retries=RETRIES)
        futures = client.map(_done, [sent] * len(pieces), pieces, pure=False, retries=RETRIES)
    for future in futures:
        yield _result(client, cluster, future)
        future.release()


def _done(work: Work, piece: Any) -> Any:
    return work(piece)


def _result(client: Any, cluster: str, future: Any) -> Any:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    while client.status == "running":
        try:
            return future.result(timeout=1)
        except TimeoutError:
            continue
        except KilledWorker:
            raise DesignError(
                f"a piece of the work ended {RETRIES + 1} workers of the cluster {cluster}; they may need "
                "more memory, or the study smaller files"
            ) from None
        except (CancelledError, FutureCancelledError, CommClosedError):
            break
    raise DesignError(f"the Dask scheduler at {cluster} was lost; start it again and repeat the command")
