// SPDX-License-Identifier: MIT
// What may differ between meeting an upstream and meeting it through the recorder, and nothing else may.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { valueOf, valuesOf } from "./wire.mjs";

/** Fields for one hop (RFC 9110 §7.6.1), but for the one that says how the body is framed. */
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "upgrade"];

export function endToEnd(fields) {
    const named = valuesOf(fields, "connection").flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/));
    const dropped = [...hopByHop, ...named];
    return fields.filter(([name]) => !dropped.includes(name.toLowerCase()));
}

export const without = (fields, ...names) => fields.filter(([name]) => !names.includes(name.toLowerCase()));

/** Bytes as something that reads well when it is not what was expected. */
export function shown(bytes) {
    return bytes.length <= 2048
        ? bytes.toString("latin1")
        : `${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`;
}

const shownBody = ({ framing, data, sizes, trailers, whole }) =>
    data && { framing, data: shown(data), sizes, trailers, whole };

/** An answer without what is its hop's own. */
export function answerLikeness({ interim, status, reason, fields, ...body }) {
    return {
        interim: interim.map((head) => ({ ...head, fields: endToEnd(head.fields) })),
        status,
        reason,
        fields: fields && without(endToEnd(fields), "x-foundry-emulator"),
        ...shownBody(body),
    };
}

function assertOurs(fields) {
    assert.deepEqual(valuesOf(fields, "x-foundry-emulator"), ["record"]);
}

/** Holds an answer that came through the recorder to the one that came straight from the upstream. */
export function assertSameAnswer(through, straight) {
    const expected = answerLikeness(straight);
    const got = answerLikeness(through);
    if (through.fields) {
        assert.equal(through.version, "HTTP/1.1");
        assertOurs(through.fields);
        if (valueOf(straight.fields ?? [], "date") === undefined) {
            assert.ok(valuesOf(through.fields, "date").length <= 1, "a Date that is given twice");
            got.fields = without(got.fields, "date");
        }
    }
    assert.deepEqual(got, expected);
}

/** A request without what is its hop's own. */
export function requestLikeness({ method, target, fields, ...body }) {
    return { method, target, fields: without(endToEnd(fields), "host", "via"), ...shownBody(body) };
}

/** Holds what the upstream had from the recorder to what it has from the client itself. */
export function assertSameRequest(through, straight, host) {
    assert.equal(through.version, "HTTP/1.1");
    assert.deepEqual(valuesOf(through.fields, "host"), [host]);
    assert.deepEqual(requestLikeness(through), requestLikeness(straight));
}

/** The answer of a recorder that could not have the upstream's. */
export function assertFailure(answer, status) {
    assert.equal(answer.status, status, shown(answer.data ?? Buffer.alloc(0)));
    assertOurs(answer.fields);
    const error = JSON.parse(answer.data.toString());
    assert.match(error.errorInstanceId, /^[0-9a-f-]{36}$/);
    for (const name of ["errorCode", "errorName"]) assert.equal(typeof error[name], "string", name);
    assert.equal(typeof error.parameters, "object");
    return error;
}
