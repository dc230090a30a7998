// SPDX-License-Identifier: MIT
import { mkdirSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { load } from "../load.mjs";
import { installed } from "./installed.mjs";

async function start(dir, args) {
    const port = await freePort();
    const listen = ["--set", `confdir=${dir}`, "--listen-host", "127.0.0.1", "--listen-port", String(port)];
    return new Contender("mitmproxy", ["mitmdump", "--quiet", ...listen, ...args]).accepts(port);
}

/** mitmdump that replays, again and again, what it has recorded of the upstream, which is asked the whole plan. */
export async function startMitmproxy(dir, { upstream, plan, count }) {
    if (!installed("mitmdump")) return undefined;
    mkdirSync(dir, { recursive: true });
    const flows = path.join(dir, "flows");
    const reverse = ["--mode", `reverse:http://127.0.0.1:${upstream.port}`];
    const recorder = await start(dir, [...reverse, "--save-stream-file", flows]);
    await load(recorder, plan, { connections: 1, requests: count });
    await recorder.stop();
    const replay = ["--server-replay", flows, "--set", "server_replay_nopop=true"];
    return start(dir, [...reverse, ...replay, "--set", "server_replay_kill_extra=true"]);
}
