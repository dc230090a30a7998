/* SPDX-License-Identifier: MIT */
/* What Content-Type and Content-Disposition say (RFC 9110 §5.6.6, §8.3.1; RFC 7578 §4.2). All that
 * is returned is a part of what was given; empty: it is not there. */
#ifndef FE_MESSAGE_MEDIA_TYPE_H
#define FE_MESSAGE_MEDIA_TYPE_H

#include "util/slice.h"

/* "text/html" of "text/html; charset=utf-8". */
struct fe_slice fe_media_essence(struct fe_slice type);

/* The value of the parameter `name`, in any case, without quotation marks around it; escapes within
 * them stay. What stands in another parameter's quotation marks is no parameter. */
struct fe_slice fe_media_parameter(struct fe_slice text, struct fe_slice name);

/* The value of the first field of that name, in any case, in the head of a part of a multipart
 * body, whose lines end with LF or CR LF. */
struct fe_slice fe_part_field(struct fe_slice head, struct fe_slice name);

#endif
