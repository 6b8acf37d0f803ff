"""How fast a registered classifier answers on loopback, single inputs and batches of 100; a digits run, one client."""

import time

import numpy as np
import pytest
from sklearn.datasets import load_digits

from semisup.commands.finetune import finetune
from semisup.commands.pretrain import pretrain
from semisup.runs import store
from semisup.settings import FinetuneSettings, PretrainSettings
from tests.serving.server import ask, serving

pytestmark = pytest.mark.benchmark
REQUESTS, WARM_UP, ROUNDS = 300, 20, 3


def test_requests_a_second_and_latency(workspace):
    store.open_store()
    run = pretrain(PretrainSettings(epochs=5)).run_id
    finetune(FinetuneSettings(run=run, labels=200, calibrate=0.2, register="digits"))
    x = load_digits().images[..., None]
    with serving("models:/digits@champion") as url:
        for batch in (1, 100):
            bodies = [{"inputs": x[start : start + batch].tolist()} for start in range(0, 1000, batch)]
            for i in range(WARM_UP):
                assert ask(url, bodies[i % len(bodies)])[0] == 200
            for _ in range(ROUNDS):
                seconds = []
                for i in range(REQUESTS):
                    start = time.perf_counter()
                    status, answer = ask(url, bodies[i % len(bodies)])
                    seconds.append(time.perf_counter() - start)
                    assert (status, len(answer["predictions"])) == (200, batch)
                median, late = 1000 * np.quantile(seconds, [0.5, 0.95])
                rate = REQUESTS / sum(seconds)
                print(
                    f"\nbatches of {batch}: {rate:.0f} requests/s, {batch * rate:,.0f} inputs/s, latency "
                    f"{median:.1f} ms (median), {late:.1f} ms (95th percentile)"
                )
