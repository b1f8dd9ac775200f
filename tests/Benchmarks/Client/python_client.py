"""The same work with the official Python client. Usage: python_client.py KUBECONFIG list|watch|memory|apply ..."""

import resource
import sys
from concurrent.futures import ThreadPoolExecutor

from kubernetes import client, config, watch

GROUP, VERSION, PLURAL = "binnacle.dev", "v1alpha1", "alertrules"


def pages(api, selector):
    token = None
    while True:
        page = api.list_cluster_custom_object(
            GROUP, VERSION, PLURAL, label_selector=selector, limit=500, **({"_continue": token} if token else {})
        )
        yield from page["items"]
        token = page["metadata"].get("continue")
        if not token:
            return


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def apply(bodies, workers):
    api = client.ApiClient(pool_threads=workers)

    def patch(line):
        path, body = line.rstrip("\n").split("\t", 1)
        api.call_api(
            path,
            "PATCH",
            query_params=[("fieldManager", "bench"), ("force", "true")],
            header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
            response_type="object",
        )

    with open(bodies, encoding="utf-8") as lines, ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(patch, lines):
            pass


def main():
    kubeconfig, work, *rest = sys.argv[1:]
    config.load_kube_config(kubeconfig)
    api = client.CustomObjectsApi()
    if work == "list":
        sum(1 for _ in pages(api, rest[0]))
    elif work == "memory":
        before = resident()
        items = list(pages(api, rest[0]))
        now = resident()
        print(f"@cost {len(items)} 0 {now - before} {now}")
    elif work == "watch":
        seen = 0
        stream = watch.Watch().stream(
            api.list_cluster_custom_object, GROUP, VERSION, PLURAL, label_selector=rest[0], resource_version="0"
        )
        for _ in stream:
            seen += 1
            if seen == int(rest[1]):
                return
    elif work == "apply":
        apply(rest[0], int(rest[1]))
    else:
        sys.exit(f"unknown work: {work}")


main()
