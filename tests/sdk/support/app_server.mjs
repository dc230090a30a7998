// SPDX-License-Identifier: MIT
// The web server of pages/app.html, an application on an origin of its own.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { atEnd } from "./at_end.mjs";

const folder = new URL("../", import.meta.url);

async function serve(emulatorUrl, path) {
    if (path === "/" || path === "/auth/callback") {
        const html = await readFile(new URL("pages/app.html", folder), "utf8");
        return { type: "text/html", body: html.replaceAll("EMULATOR_URL", emulatorUrl) };
    }
    if (/^\/node_modules\/.*\.m?js$/.test(path)) {
        return { type: "text/javascript", body: await readFile(new URL(`.${path}`, folder)) };
    }
    return undefined;
}

/** Starts it for a test; gives its origin. Its pages use the emulator that is at `emulator.url` when they are served. */
export async function startAppServer(t, emulator) {
    const server = createServer(async (request, response) => {
        const found = await serve(emulator.url, new URL(request.url, "http://app").pathname);
        response.writeHead(found ? 200 : 204, found && { "Content-Type": found.type });
        response.end(found?.body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => {
        server.close();
        server.closeAllConnections();
    });
    return `http://127.0.0.1:${server.address().port}`;
}
