# SPDX-License-Identifier: MIT
"""A compute module as Palantir's Python ones are on the wire, in the three generations there are.

All of them speak HTTPS to RUNTIME_HOST:RUNTIME_PORT, and use nothing but the path of the URIs they
are given. A result is accepted by a 204, and by nothing else. Whatever a real module would die of
or log ends up on standard error, which its test wants to be empty.

  2024  http.client, a connection for each request, one job at a time
  2025  a requests.Session, jobs handed to a pool while polling goes on, chunked streams
  2026  asks first which jobs a restart has lost; after five refusals posts an error as the result
"""
import http.client
import json
import os
import ssl
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import requests


def add(query, context):
    return query["a"] + query["b"]


def repeat(query, context):
    """The ticket again and again, so that each byte tells whose it is."""
    return text_of(query, query["size"])


def stream(query, context):
    for _ in range(query["pieces"]):
        yield text_of(query, query["size"])


def text_of(query, size):
    ticket = query["ticket"]
    return (ticket * (size // len(ticket) + 1))[:size]


def fail(query, context):
    raise ValueError("bad")


def context_of(query, context):
    return context


FUNCTIONS = {"add": add, "repeat": repeat, "stream": stream, "fail": fail, "context": context_of}

SCHEMAS = [
    {
        "functionName": "add",
        "inputs": [
            {"name": name, "required": True, "dataType": {"type": "float", "float": {}}, "constraints": []}
            for name in ("a", "b")
        ],
        "output": {"type": "single", "single": {"dataType": {"type": "float", "float": {}}}},
    }
]


class Wire2024:
    """A new TLS connection for every request."""

    def __init__(self, host, port, ca_path):
        self.address = (host, int(port))
        self.tls = ssl.create_default_context(cafile=ca_path)

    def request(self, method, path, headers, body=None):
        connection = http.client.HTTPSConnection(*self.address, timeout=300, context=self.tls)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


class Wire2025:
    """Connections that are kept; a generator becomes a chunked body."""

    def __init__(self, host, port, ca_path):
        self.base = f"https://{host}:{port}"
        self.session = requests.Session()
        self.session.verify = ca_path

    def request(self, method, path, headers, body=None):
        response = self.session.request(method, self.base + path, headers=headers, data=body)
        return response.status_code, response.content


class Module:
    def __init__(self, generation):
        self.generation = generation
        environment = os.environ
        self.job_path = urlparse(environment["GET_JOB_URI"]).path
        self.result_path = urlparse(environment["POST_RESULT_URI"]).path
        self.schema_path = urlparse(environment["POST_SCHEMA_URI"]).path
        with open(environment["MODULE_AUTH_TOKEN"], encoding="utf-8") as file:
            self.headers = {"Module-Auth-Token": file.read()}
        wire = Wire2024 if generation == 2024 else Wire2025
        self.wire = wire(
            environment["RUNTIME_HOST"],
            environment["RUNTIME_PORT"],
            environment["CONNECTIONS_TO_OTHER_PODS_CA_PATH"],
        )
        if generation >= 2026:
            self.restart_path = urlparse(environment["RESTART_NOTIFICATION_URI"]).path

    def send(self, method, path, content_type=None, body=None):
        headers = dict(self.headers)
        if content_type:
            headers["Content-Type"] = content_type
        return self.wire.request(method, path, headers, body)

    def report_restart(self):
        status, body = self.send("POST", self.restart_path)
        lost = json.loads(body) if status == 200 else None
        if not isinstance(lost, list):
            raise RuntimeError(f"the restart report was answered {status} {body!r}")

    def post_schemas(self):
        self.send("POST", self.schema_path, "application/json", json.dumps(SCHEMAS))

    def poll(self):
        status, body = self.send("GET", self.job_path)
        if status == 200:
            job = json.loads(body)["computeModuleJobV1"]
            print("took", job["query"].get("ticket"), flush=True)
            return job
        if status != 204:
            print(f"a poll was answered {status} {body!r}", file=sys.stderr, flush=True)
        return None

    def run(self, job):
        function = FUNCTIONS.get(job["queryType"])
        if function is None:
            self.post_result(job, json.dumps({"error": "Unknown query type"}))
            return
        try:
            result = function(job["query"], self.context(job))
            if function is not stream:
                result = json.dumps(result).encode()
            elif self.generation == 2024:
                result = b"".join(json.dumps(piece).encode() for piece in result)
        except Exception as error:
            result = json.dumps({"exception": f"{error}: {traceback.format_exc()}"}).encode()
        self.post_result(job, result)

    def context(self, job):
        context = {
            "jobId": job["jobId"],
            "tempCredsAuthToken": job.get("temporaryCredentialsAuthToken", ""),
            "authHeader": job.get("authHeader", ""),
        }
        if self.generation >= 2026:
            context["userId"] = job.get("userId", "")
        return context

    def post_result(self, job, result):
        answers = []
        for _ in range(5):
            if self.try_result(job, result, answers):
                return
        message = f"Unable to post job result after 5 attempts; {answers}"
        if self.generation >= 2026:
            for _ in range(3):
                if self.try_result(job, json.dumps({"error": message}), answers):
                    break
        raise RuntimeError(message)

    def try_result(self, job, result, answers):
        body = result
        if not isinstance(result, (bytes, str)):
            body = (json.dumps(piece).encode() for piece in result)
        path = f"{self.result_path}/{job['jobId']}"
        status, _ = self.send("POST", path, "application/octet-stream", body)
        answers.append(status)
        return status == 204

    def serve(self):
        if self.generation >= 2026:
            self.report_restart()
        self.post_schemas()
        if self.generation == 2024:
            while True:
                job = self.poll()
                if job:
                    self.run(job)
        with ThreadPoolExecutor(int(os.environ.get("MAX_CONCURRENT_TASKS", "1"))) as pool:
            while True:
                job = self.poll()
                if job:
                    pool.submit(self.run_or_die, job)

    def run_or_die(self, job):
        try:
            self.run(job)
        except BaseException:
            traceback.print_exc()
            os._exit(1)


Module(int(sys.argv[1])).serve()
