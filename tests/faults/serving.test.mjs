// SPDX-License-Identifier: MIT
// There is no memory for one thing at one moment while the program serves: a client has its answer, or an
// error that says so, or sees its connection end. It never has half an answer that looks whole, and who comes
// next is served, unless the program has said that it cannot go on.
import assert from "node:assert/strict";
import { test } from "node:test";

import { connectTo, request } from "../record/support/wire.mjs";
import { demo, jobsPath, runtimesPath } from "../sdk/support/emulator.mjs";
import { assertEndsWell, lives, stepOf } from "./support/lives.mjs";

const never = 1e9;
const silenceMs = 3000;

/** libevhtp leaves a client that it has accepted, and has no memory for, as it is: nobody ever answers that one. */
const forgottenMax = 2 * 8; // allocations of its own for a connection, connections of a session
const args = ["--listen", "http://127.0.0.1:0", "--log-level", "error", "--seed", demo.seed];
const runtime = `${runtimesPath}/${demo.runtime}`;
const asModule = `Module-Auth-Token: ${demo.moduleToken}`;
const asUser = `Authorization: Bearer ${demo.token}`;
const asJson = "Content-Type: application/json";
const asForm = "Content-Type: application/x-www-form-urlencoded";

const query = JSON.stringify({ text: "q".repeat(20_000) });
const result = Buffer.alloc(1_500_000, "a result that is kept in a file ");
const job = `{"deployedAppRid":"${demo.app}","deployedAppBranch":"master","queryType":"any","query":${query}}`;
const tokenForm = `grant_type=client_credentials&client_id=${demo.service.id}&client_secret=${demo.service.secret}`;

/** One request, on a connection of its own: its answer; without a status if there is none. */
async function ask(url, method, path, fields, body = "", onWire = () => {}) {
    const wire = await connectTo(url).catch(() => undefined);
    if (!wire) return {};
    onWire(wire);
    const length = method === "GET" ? [] : [`Content-Length: ${body.length}`];
    await wire.send(request(method, path, [...fields, ...length], body));
    wire.socket.setTimeout(silenceMs, () => wire.close());
    const answer = await wire.answer(method);
    wire.close();
    return answer;
}

const isFault = ({ whole, status }) => !whole || status >= 500;

/** Asks until it has an answer that is no fault's; at most twice, as there is but one. */
async function insist(faults, ...what) {
    const first = await ask(...what);
    if (!isFault(first)) return first;
    faults.push(first);
    return ask(...what);
}

/** Takes jobs and posts their results until it is stopped, or the program has ended. */
class Module {
    constructor(url, faults) {
        Object.assign(this, { url, faults });
        this.ended = this.#work();
    }

    async #work() {
        while (!this.stopped) {
            const polled = (wire) => (this.wire = wire);
            const taken = await ask(this.url, "GET", `${runtime}/job`, [asModule], "", polled);
            if (this.stopped || taken.ending === undefined && !taken.whole) break;
            if (isFault(taken)) this.faults.push(taken);
            else await this.#do(JSON.parse(taken.data).computeModuleJobV1);
        }
    }

    async #do({ jobId, query: got }) {
        assert.deepEqual(got, JSON.parse(query));
        const path = `${runtime}/results/${jobId}`;
        const posted = await insist(this.faults, this.url, "POST", path, [asModule], result);
        if (posted.whole) assert.equal(posted.status, 204);
    }

    async stop() {
        this.stopped = true;
        this.wire?.close();
        await this.ended;
    }
}

const answers = [
    ["GET", "/api/v2/admin/users/getCurrent", [asUser], "", /^\{.*"username":"jane".*\}$/],
    ["POST", "/multipass/api/oauth2/token", [asForm], tokenForm, /^\{.*"access_token":"[^"]+".*\}$/],
    ["GET", "/_emulate/journal", [], "", /^\{.*\}$/],
];

/** Everything that a client and a module do in a life: what was no answer, and what came of the job. */
async function session(url) {
    const faults = [];
    const module = new Module(url, faults);
    const path = `${jobsPath}/compute-modules/jobs/execute`;
    const executed = await insist(faults, url, "POST", path, [asUser, asJson], job);
    if (executed.whole) assert.ok(executed.data.equals(result), `${executed.status} ${executed.data.subarray(0, 500)}`);
    await module.stop();
    for (const [method, path, fields, body, expected] of answers) {
        const answer = await insist(faults, url, method, path, fields, body);
        if (!answer.whole) continue;
        assert.equal(answer.status, 200);
        assert.match(answer.data.toString(), expected);
        JSON.parse(answer.data);
    }
    const last = await insist(faults, url, "GET", "/_emulate/health", []);
    return { faults, isAlive: last.whole && last.status === 200 };
}

/** Gives whether the client was forgotten. */
function assertFault(fault) {
    if (!fault.whole) return fault.ending === "closed";
    assert.ok([500, 503].includes(fault.status), String(fault.status));
    assert.match(JSON.parse(fault.data).errorName, /./);
    return false;
}

test("no memory for one thing while it serves", async (t) => {
    let ready = 0;
    let seen = 0;
    const meet = (url, at) => {
        ready = at;
        return session(url);
    };
    for await (const life of lives(t, args, { first: never, meet })) {
        assert.deepEqual(life.answers, { faults: [], isAlive: true });
        seen = life.seen;
    }
    const { first, step } = stepOf(7);
    const counts = { unharmed: 0, refused: 0, ended: 0, forgotten: 0 };
    for await (const life of lives(t, args, { first: ready + first, step, last: seen, meet })) {
        assertEndsWell(life);
        const forgotten = life.answers.faults.map(assertFault); // the module, say, and who waits for it
        counts.forgotten += forgotten.includes(true) ? 1 : 0;
        assert.ok(life.answers.isAlive || life.code === 1, JSON.stringify(life));
        assert.ok(life.code === 0 || life.stderr === "foundry-emulator: out of memory\n", life.stderr);
        counts[life.code === 1 ? "ended" : life.answers.faults.length > 0 ? "refused" : "unharmed"]++;
    }
    assert.ok(counts.forgotten <= forgottenMax, `${counts.forgotten} were forgotten`);
    t.diagnostic(`of ${seen - ready} allocations: ${JSON.stringify(counts)}`);
});
