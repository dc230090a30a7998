// SPDX-License-Identifier: MIT
// Cassettes by hand: each function gives frames in the JSON form that `import --json` takes.

export function session(more = {}) {
    return {
        kind: "session",
        format: 1,
        reader: 1,
        recorder: "foundry-emulator/0.1.0",
        upstream: "https://stack.example",
        time: "2026-01-31T12:00:00.000Z",
        redaction: { version: 1, secrets: "replaced" },
        match: { profile: "strict" },
        ...more,
    };
}

export function seal(frames) {
    const start = frames.findLastIndex((frame) => frame.kind === "session");
    const own = frames.slice(start);
    return {
        kind: "seal",
        frames: own.length,
        exchanges: own.filter((frame) => frame.kind === "request").length,
    };
}

/** Frames as they were before whoever wrote them added an index to each session. */
export function withoutIndex(frames) {
    let dropped = 0;
    return frames.flatMap((frame) => {
        if (frame.kind === "session") dropped = 0;
        if (frame.kind === "index") dropped += 1;
        if (frame.kind === "index") return [];
        if (frame.kind !== "seal") return [frame];
        const { index: _index, ...own } = frame;
        return [{ ...own, frames: own.frames - dropped }];
    });
}

const size = (body) => (body ? (body.base64 ? Buffer.from(body.base64, "base64").length : Buffer.byteLength(body)) : 0);

function bodyFrame(kind, x, t, body, cuts) {
    return body ? [{ kind, x, at: 0, pace: [[t, 0]], ...(cuts && { cuts }), bytes: body }] : [];
}

/**
 * One exchange. A body is a text or {base64}; `status: 0` is no answer; `headers` are the answer's, `end` is merged
 * into the last frame.
 */
export function exchange(x, target, options = {}) {
    const {
        method = "GET",
        status = 200,
        reason = "OK",
        headers = [],
        requestHeaders = [["Host", "stack.example"]],
        requestBody,
        body,
        cuts,
        t = x * 1000,
        ms = 12,
        outcome = status ? "ok" : "reset",
        end = {},
    } = options;
    const side = (bytes) => ({ bytes: size(bytes), wire: size(bytes) });
    return [
        {
            kind: "request", x, t, method, target, version: "1.1", headers: requestHeaders,
            framing: requestBody ? "length" : "none",
        },
        ...bodyFrame("request_body", x, t, requestBody),
        ...(status
            ? [{ kind: "response", x, t: t + 500, status, reason, version: "1.1", headers, framing: "length" }]
            : []),
        ...(status ? bodyFrame("response_body", x, t + 500, body, cuts) : []),
        {
            kind: "end", x, t: t + ms * 1000, outcome,
            request: side(requestBody),
            response: side(status ? body : undefined),
            ...end,
        },
    ];
}

/** A session of these exchanges, sealed. */
export function sealed(exchanges, more) {
    const frames = [session(more), ...exchanges.flat()];
    return [...frames, seal(frames)];
}

export const toLines = (frames) => frames.map((frame) => `${JSON.stringify(frame)}\n`).join("");

/** What most tests are about. */
export const demo = sealed([
    exchange(1, "/multipass/api/oauth2/token", {
        method: "POST",
        requestHeaders: [["Host", "stack.example"], ["Content-Type", "application/x-www-form-urlencoded"]],
        requestBody: "grant_type=client_credentials",
        headers: [["Content-Type", "application/json"]],
        body: '{"access_token":"fe~access_token~k3j9k3j9k3j9k3j9","expires_in":3600}',
    }),
    exchange(2, "/multipass/api/users?pageSize=2&token=", { headers: [["Content-Type", "application/json"]], body: "[]" }),
    exchange(3, "/files/picture.png", {
        headers: [["Content-Type", "image/png"]],
        body: { base64: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]).toString("base64") },
    }),
    exchange(4, "/multipass/api/me", { status: 404, reason: "Not Found", body: "no such user\n" }),
    exchange(5, "/slow", { status: 0, outcome: "timeout", ms: 60000, end: { note: "no byte for 60 s" } }),
]);
