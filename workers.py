"""Where pieces of work run: in this process, on threads of this machine, or on a Dask cluster.

Pieces are cut without looking at the workers, and results come back in the order of the pieces:
whatever runs them, what is made of them is the same to the last bit.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from analysis.errors import DesignError

Work = Callable[[Any], Any]
Spread = Callable[[Work, Sequence[Any]], Iterator[Any]]

LOCAL = "local"
RETRIES = 3  # of a piece that died with its worker
PATIENCE = "10s"


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

    start: Any = distributed.LocalCluster
    connect: Any = distributed.Client
    if cluster == LOCAL:
        count = workers or os.cpu_count()
        with (
            start(
                n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
            ) as here,
            connect(here) as client,
        ):
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


def _on_cluster(client: Any, cluster: str, work: Work, pieces: Sequence[Any]) -> Iterator[Any]:
    """Results of the pieces; one whose worker dies runs again on another."""
    futures = client.map(work, pieces, pure=False, retries=RETRIES)
    for future in futures:
        yield _result(client, cluster, future)
        future.release()


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
