// SPDX-License-Identifier: MIT
// Jobs one after the other, of a caller and a module that waits for them: for counting what they cost, not for how long they take.
import assert from "node:assert/strict";

const runtime = "/_emulate/foundry/compute-modules/runtimes/demo";
const execute = "/contour-backend-multiplexer/api/module-group-multiplexer/compute-modules/jobs/execute";
const asModule = { "Module-Auth-Token": "demo-module-token" };
const asCaller = { Authorization: "Bearer demo-token", "Content-Type": "application/json" };
const job = JSON.stringify({
    deployedAppRid: "ri.foundry.main.deployed-app.demo",
    deployedAppBranch: "master",
    queryType: "f",
    query: { n: 1 },
});

export async function runJobs({ port }, number) {
    const url = (path) => `http://127.0.0.1:${port}${path}`;
    for (let done = 0; done < number; done++) {
        const answer = fetch(url(execute), { method: "POST", headers: asCaller, body: job });
        const { computeModuleJobV1 } = await (await fetch(url(`${runtime}/job`), { headers: asModule })).json();
        const results = url(`${runtime}/results/${computeModuleJobV1.jobId}`);
        const posted = await fetch(results, { method: "POST", headers: asModule, body: '{"answer":42}' });
        assert.equal(posted.status, 204);
        assert.equal(await (await answer).text(), '{"answer":42}');
    }
}
