# SPDX-License-Identifier: MIT
"""The module that the documentation of compute modules shows: no variables but two files, and the
sidecar at port 8945 of the pod's own address. Answers jobs until it is killed.

    docs_sample.py ADDRESS
"""
import json
import os
import sys

import requests

base = f"https://{sys.argv[1]}:8945/interactive-module/api/internal-query"
ca_path = os.environ["DEFAULT_CA_PATH"]
with open(os.environ["MODULE_AUTH_TOKEN"], encoding="utf-8") as file:
    token = {"Module-Auth-Token": file.read()}

schema = {"functionName": "add", "inputs": [], "output": {"type": "single", "single": {"dataType": {}}}}
answer = requests.post(f"{base}/schemas", json=[schema], headers=token, verify=ca_path)
assert answer.status_code == 204, answer.text

while True:
    answer = requests.get(f"{base}/job", headers=token, verify=ca_path)
    if answer.status_code != 200:
        assert answer.status_code == 204, answer.text
        continue
    job = answer.json()["computeModuleJobV1"]
    result = json.dumps(job["query"]["a"] + job["query"]["b"]).encode()
    answer = requests.post(
        f"{base}/results/{job['jobId']}",
        data=result,
        headers={**token, "Content-Type": "application/octet-stream"},
        verify=ca_path,
    )
    assert answer.status_code == 204, answer.text
