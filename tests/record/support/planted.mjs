// SPDX-License-Identifier: MIT
// Twelve secrets, the places in which each is first met, everything that may happen to them later, and how
// to recognise what is left of one.
import { randomBytes } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { chunked, message, request } from "./wire.mjs";

const letters = () => randomBytes(18).toString("hex");

/** A token as servers make them, and a password as people are made to. */
const token = () => `aZ+/${letters()}/9+Q`;
const password = () => `p"${letters()}\\&=+% Z`;

const ok = "HTTP/1.1 200 OK";
const sized = (fields, body) => message(ok, [...fields, `Content-Length: ${body.length}`], body);
const done = sized([], "done");
const asJson = "Content-Type: application/json";
const asText = "Content-Type: text/plain; charset=utf-8";
const asForm = "Content-Type: application/x-www-form-urlencoded";
const post = (target, fields, body) =>
    request("POST", target, [...fields, `Content-Length: ${body.length}`], body);

const boundary = "----of-this-body";
const asMultipart = `Content-Type: multipart/form-data; boundary=${boundary}`;
const multipart = (name, value) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nplain\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--${boundary}--\r\n`;

/** Where each is met first: by a name that says what it is. */
const firsts = [
    { kind: "bearer", make: token, step: (s) => ({ send: request("GET", "/1", [`Authorization: Bearer ${s}`]) }) },
    {
        kind: "basic",
        make: password,
        step: (s) => ({ send: request("GET", "/2", [`authorization: basic ${btoa(`client:${s}`)}`]) }),
    },
    { kind: "cookie", make: token, step: (s) => ({ send: request("GET", "/3", [`Cookie: theme=dark; login=${s}`]) }) },
    {
        kind: "set-cookie",
        make: token,
        step: (s) => ({
            send: request("GET", "/4"),
            answer: sized([`Set-Cookie: login=${s}; Path=/; HttpOnly`], "hello"),
        }),
    },
    {
        kind: "query",
        make: token,
        step: (s) => ({ send: request("GET", `/5?a=b&access_token=${encodeURIComponent(s)}&c=d`) }),
    },
    {
        kind: "form",
        make: password,
        step: (s) => ({
            send: post("/6", [asForm], `${new URLSearchParams({ grant_type: "x", client_secret: s, scope: "a b" })}`),
        }),
    },
    {
        kind: "deep in JSON, of a request",
        make: password,
        step: (s) => ({
            send: post("/7", [asJson], JSON.stringify({ list: [1, { user: { name: "me", passWord: s } }], last: null })),
        }),
    },
    {
        kind: "JSON, of an answer",
        make: token,
        step: (s) => ({
            send: post("/8", [asForm], "grant_type=client_credentials"),
            answer: sized([asJson], JSON.stringify({
                refresh_token: s, expires_in: 3599, token_type: "Bearer", scope: "api:x",
            })),
        }),
    },
    {
        kind: "multipart",
        make: password,
        step: (s) => ({ send: post("/9", [asMultipart], multipart("client_secret", s)) }),
    },
    { kind: "a module's", make: token, step: (s) => ({ send: request("GET", "/10", [`Module-Auth-Token: ${s}`]) }) },
    {
        kind: "JSON within gzip",
        make: token,
        step: (s) => ({
            send: request("GET", "/11", ["Accept-Encoding: gzip"]),
            answer: sized([asJson, "Content-Encoding: gzip"], gzipSync(JSON.stringify({
                type: "computeModuleJobV1",
                computeModuleJobV1: { queryType: "any", temporaryCredentialsAuthToken: s },
            }))),
        }),
    },
    {
        kind: "the address of a redirect",
        make: token,
        step: (s) => ({
            send: request("GET", "/12"),
            answer: message("HTTP/1.1 302 Found", [
                `Location: https://app.example/callback?code=${encodeURIComponent(s)}&state=abc`, "Content-Length: 0",
            ]),
        }),
    },
];

export const kinds = firsts.map(({ kind }) => kind);
export const makeSecrets = () => firsts.map(({ make }) => make());
export const firstSteps = (secrets) => firsts.map(({ step }, i) => ({ answer: done, ...step(secrets[i]) }));

const percent = (text, upper) =>
    [...Buffer.from(text)].map((byte) => {
        const hex = byte.toString(16).padStart(2, "0");
        return `%${upper ? hex.toUpperCase() : hex}`;
    }).join("");
const unicode = (text) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const escaped = (text) => JSON.stringify(text).slice(1, -1);
const urlSafe = (base64) => base64.replaceAll("+", "-").replaceAll("/", "_");

/** Base64 of it behind 0, 1 and 2 other bytes, which is how it may stand within something longer. */
const inBase64 = (text) => ["", "x", "xy"].map((front) => btoa(`${front}${text}--`));

/** Everything that may happen to it later, in places whose names say nothing. */
export function laterSteps(s) {
    const once = encodeURIComponent(s);
    const twice = encodeURIComponent(once);
    const base64 = inBase64(s);
    const half = s.length >> 1;
    const page = `<p>${s}</p>\n`.repeat(50);
    return [
        { send: request("GET", `/path/${once}/more`) },
        { send: request("GET", `/path/${percent(s, true)}/${percent(s, false)}`) },
        { send: request("GET", `/search?q=${once}&again=${twice}`) },
        { send: request("GET", "/", [`X-Note: it is ${s}, is it`, `Referer: http://%HOST%/?q=${once}`]) },
        { send: request("PUT", "/", [asText, "Transfer-Encoding: chunked"],
            chunked([`so ${s.slice(0, half)}`, `${s.slice(half)} there`], [`X-Sum: ${s}`])) },
        { send: post("/", [asForm], `${new URLSearchParams({ note: s, next: `/?${new URLSearchParams({ q: s })}` })}`) },
        { send: post("/", [asJson], `{"note":"${escaped(s)}","again":["${unicode(s)}"]}`) },
        { send: post("/", [asJson], JSON.stringify({ text: JSON.stringify({ note: s }) })) },
        { send: post("/", [asMultipart], multipart("note", s)) },
        { send: post("/", [asText, "Content-Encoding: br"], brotliCompressSync(page).toString("latin1")) },
        {
            send: request("GET", "/"),
            answer: Buffer.concat([
                message("HTTP/1.1 103 Early Hints", [`Link: </${once}>; rel=preload`]),
                message(`HTTP/1.1 200 It is ${s}`, [`X-Echo: ${s}`, `ETag: "${base64[0]}"`, asText,
                    "Transfer-Encoding: chunked", "Trailer: X-Mood"],
                chunked([page.slice(0, 20), page.slice(20, 33), page.slice(33)], [`X-Mood: ${s}`])),
            ]),
        },
        { send: request("GET", "/"), answer: sized([asText], [...base64, ...base64.map(urlSafe), ""].join("\n")) },
        { send: request("GET", "/"), answer: sized([asText, "Content-Encoding: gzip"], gzipSync(page)) },
        {
            send: request("GET", "/"),
            answer: sized([asJson, "Content-Encoding: br"], brotliCompressSync(JSON.stringify({ note: s }))),
        },
        { send: post(`/failing/${once}?q=${twice}`, [], ""), answer: undefined },
    ].map((step) => ("answer" in step ? step : { ...step, answer: done }));
}

/** The same in bodies that are too large to be held, where it falls on every boundary there may be. */
export function largeSteps(secrets) {
    const filler = "Nothing to see. ".repeat(600);
    const pick = (i) => secrets[i % secrets.length];
    const notes = Array.from({ length: 90 }, (_, i) => `${filler.slice(i)}${pick(i)}`);
    const text = notes.join(" ");
    const json = JSON.stringify(notes.map((note, i) =>
        ({ note, password: pick(i), inner: JSON.stringify([pick(i + 1)]) })));
    return [
        { send: request("GET", "/large"), answer: sized([asText], text) },
        { send: request("GET", "/large"), answer: sized([asText, "Content-Encoding: gzip"], gzipSync(text)) },
        { send: request("GET", "/large"), answer: sized([asJson], json) },
        { send: request("GET", "/large"), answer: sized([asJson, "Content-Encoding: br"], brotliCompressSync(json)) },
        { send: request("GET", "/large"),
            answer: message(ok, [asText, "Transfer-Encoding: chunked"], chunked(text.match(/[^]{1,4001}/g))) },
        { send: request("GET", "/large"), answer: sized([], inBase64(text)[1]) },
        { send: post("/large", [asForm], `${new URLSearchParams({ note: text, again: encodeURIComponent(text) })}`),
            answer: done },
    ];
}

/** What of base64 text depends on these bytes alone, behind `front` others. */
function certainBase64(text, front) {
    const encoded = btoa(`${"\0".repeat(front)}${text}`);
    return encoded.slice(Math.ceil((front * 8) / 6), Math.floor(((front + text.length) * 8) / 6));
}

/** Texts of which none may be found where the secret must not be. */
export function tracesOf(s) {
    const once = encodeURIComponent(s);
    const base64 = [0, 1, 2].map((front) => certainBase64(s, front));
    const core = /[0-9a-f]{36}/.exec(s)[0];
    const parts = [0, 12, 24].map((at) => core.slice(at, at + 12));
    return [...new Set([
        s, escaped(s), escaped(escaped(s)), unicode(s), once, encodeURIComponent(once), percent(s, true),
        percent(s, false), ...base64, ...base64.map(urlSafe), ...parts,
    ])];
}
