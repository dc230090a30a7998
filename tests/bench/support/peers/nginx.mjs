// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { installed } from "./installed.mjs";

const config = ({ dir, port, http, server, tls }) => `
daemon off;
${process.getuid() === 0 ? "user root;" : "" /* its worker reads what we have written */}
worker_processes 1;
pid ${dir}/pid;
error_log ${dir}/error.log crit;
events { worker_connections 16384; }
http {
    access_log off;
    server_tokens off;
    default_type application/octet-stream;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    client_max_body_size 0;
    client_body_temp_path ${dir}/body;
    proxy_temp_path ${dir}/proxy;
    fastcgi_temp_path ${dir}/fastcgi;
    uwsgi_temp_path ${dir}/uwsgi;
    scgi_temp_path ${dir}/scgi;
    ${http}
    server {
        listen 127.0.0.1:${port} backlog=16384${tls ? " ssl" : ""};
        ${tls ? `ssl_protocols TLSv1.3; ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};` : ""}
        ${tls ? "ssl_conf_command NumTickets 1;" : "" /* as many as ours */}
        ${server}
    }
}
`;

/** For the inside of a configuration: a text in quotes, in which a dollar means itself. */
export const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/**
 * nginx with one worker. `server` is what its server block holds, `http` what comes before that; `tls` names a
 * certificate and its key. Undefined where nginx is not installed.
 */
export async function startNginx(dir, { server, http = "", tls, core, name = "nginx" }) {
    if (!installed("nginx")) return undefined;
    mkdirSync(dir, { recursive: true });
    const port = await freePort();
    const file = path.join(dir, "nginx.conf");
    writeFileSync(file, config({ dir, port, http, server, tls }));
    return new Contender(name, ["nginx", "-p", dir, "-e", `${dir}/error.log`, "-c", file], { core }).accepts(port);
}

/** A server block that answers everything with the same JSON. */
export const alwaysReturns = (json) => `location / { default_type application/json; return 200 ${quoted(json)}; }`;
