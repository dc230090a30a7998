/* SPDX-License-Identifier: MIT */
/* Asks a running emulator, over a listener without TLS. */
#ifndef FE_APP_HTTP_GET_H
#define FE_APP_HTTP_GET_H

#include <stdio.h>

/* Writes the body of a 200 to `out`. `url` is "http://HOST:PORT" or "unix:PATH", `target` is
 * percent-encoded. 0; or -1, and `why` says what happened, with the answer's text if there was one.
 */
int fe_http_get(const char *url, const char *target, FILE *out, char *why, size_t why_size);

#endif
