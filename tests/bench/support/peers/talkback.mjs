// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { load } from "../load.mjs";
import { packaged } from "./npm.mjs";

const script = (library, options) => `require(${JSON.stringify(library)})(${JSON.stringify(options)}).start();\n`;

/** talkback that has recorded what the upstream says to the whole plan. */
export async function startTalkback(dir, { upstream, plan, count }) {
    const library = packaged("talkback");
    if (!library) return undefined;
    mkdirSync(path.join(dir, "tapes"), { recursive: true });
    const port = await freePort();
    const options = { host: `http://127.0.0.1:${upstream.port}`, port, path: path.join(dir, "tapes"), record: "NEW", silent: true };
    const file = path.join(dir, "start.cjs");
    writeFileSync(file, script(library, options));
    const talkback = await new Contender("talkback", ["node", file]).accepts(port);
    await load(talkback, plan, { connections: 1, requests: count });
    return talkback;
}
