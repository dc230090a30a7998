// SPDX-License-Identifier: MIT
import { Contender, freePort } from "../contender.mjs";
import { installed } from "./installed.mjs";

/** varnishd that keeps what the upstream on this port says for an hour. */
export async function startVarnish(dir, { upstream }) {
    if (!installed("varnishd")) return undefined;
    const port = await freePort();
    const options = ["-F", "-n", dir, "-a", `127.0.0.1:${port}`, "-b", `127.0.0.1:${upstream.port}`, "-t", "3600"];
    return new Contender("varnish", ["varnishd", ...options, "-s", "malloc,256m"]).accepts(port);
}
