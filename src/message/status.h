/* SPDX-License-Identifier: MIT */
/* Reason phrases (RFC 9110 §15, RFC 6585). */
#ifndef FE_MESSAGE_STATUS_H
#define FE_MESSAGE_STATUS_H

#include <stdbool.h>

/* "Not Found"; "Unknown" for a status without a phrase of its own. */
const char *fe_status_reason(int status);

/* 1xx, 204 and 304 never have a body (RFC 9112 §6.3). */
bool fe_status_has_body(int status);

#endif
