// SPDX-License-Identifier: MIT
// What a recorder rewrites so that a client stays with it, and what only looks like it.
import { startRecorder } from "./recorder.mjs";
import { answering, startUpstream } from "./upstream.mjs";
import { connectTo, message, request } from "./wire.mjs";

/** An upstream that answers /0, /1, … with the messages of a list, made when its address is known. */
export async function startTable(t, rows, options = {}) {
    const upstream = await startUpstream(t, answering((wire, { target }) =>
        wire.send(upstream.messages[Number(target.slice(1))]),
    ), { host: "localhost" });
    upstream.messages = rows.map((row) => row(upstream));
    const recorder = await startRecorder(t, upstream.url, options);
    return { upstream, recorder };
}

export async function answersOf(url, count) {
    const wire = await connectTo(url);
    const answers = [];
    for (let i = 0; i < count; i++) {
        await wire.send(request("GET", `/${i}`));
        answers.push(await wire.answer());
    }
    wire.close();
    return answers;
}

export const redirect = (fields) => message("HTTP/1.1 302 Found", [...fields, "Content-Length: 0"]);

/** Upstream's Location, and what the client is to have of it; U and R stand for the two addresses. */
export const locations = [
    ["http://U/a/b?c=d#e", "http://R/a/b?c=d#e"],
    ["http://U", "http://R"],
    ["http://U?query", "http://R?query"],
    ["HTTP://U/", "http://R/"],
    ["http://LOCALHOST:PORT/x", "http://R/x"],
    ["//U/a", "//R/a"],
    ["//LocalHost:PORT/a", "//R/a"],
    ["/a/b", "/a/b"],
    ["a/b", "a/b"],
    ["?x", "?x"],
    ["https://U/a", "https://U/a"],
    ["http://localhost/a", "http://localhost/a"],
    ["http://localhost:1/a", "http://localhost:1/a"],
    ["http://localhost.example:PORT/a", "http://localhost.example:PORT/a"],
    ["http://localhost:PORT0/a", "http://localhost:PORT0/a"],
    ["http://localhost:PORT@evil.example/a", "http://localhost:PORT@evil.example/a"],
    ["http://evil.example/?to=http://U/a", "http://evil.example/?to=http://U/a"],
    ["ftp://U/a", "ftp://U/a"],
    ["/\\U/a", "/\\U/a"],
];

export const spell = (text, { port }, { host }) =>
    text.replace("PORT", port).replace(/\bU\b/, `localhost:${port}`).replace(/\bR\b/, host);

/** Answers that name each of them in three fields. */
export const locationRows = locations.map(([value]) => (upstream) => {
    const sent = spell(value, upstream, { host: "" });
    return redirect([`Location: ${sent}`, `Content-Location: ${sent}`, `X-Location: ${sent}`]);
});

/** Set-Cookie as it is sent, as a client on http gets it, and as one on https does. */
export const cookies = [
    ["a=b", "a=b", "a=b"],
    ["a=b; Path=/; HttpOnly", "a=b; Path=/; HttpOnly", "a=b; Path=/; HttpOnly"],
    ["a=b; Domain=localhost; Path=/", "a=b; Path=/", "a=b; Path=/"],
    ["a=b; domain=.LOCALHOST; Max-Age=5", "a=b; Max-Age=5", "a=b; Max-Age=5"],
    ["a=b; Domain=other.example", "a=b; Domain=other.example", "a=b; Domain=other.example"],
    ["a=b; Secure; HttpOnly", "a=b; HttpOnly", "a=b; Secure; HttpOnly"],
    ["a=b;secure;httponly", "a=b;httponly", "a=b;secure;httponly"],
    ["a=b; Secure; SameSite=None", "a=b; SameSite=Lax", "a=b; Secure; SameSite=None"],
    ["a=b; SameSite=none; Path=/x; Secure", "a=b; SameSite=Lax; Path=/x", "a=b; SameSite=none; Path=/x; Secure"],
    ["a=b; Secure; SameSite=Strict", "a=b; SameSite=Strict", "a=b; Secure; SameSite=Strict"],
    ["a=Secure; Path=/secure", "a=Secure; Path=/secure", "a=Secure; Path=/secure"],
    ["Secure=a; Expires=Sun, 06 Nov 1994 08:49:37 GMT", "Secure=a; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
        "Secure=a; Expires=Sun, 06 Nov 1994 08:49:37 GMT"],
];

export const cookieRow = () =>
    redirect([...cookies.map(([value]) => `Set-Cookie: ${value}`), "Location: /next"]);
