/* SPDX-License-Identifier: MIT */
/* How the pages look. */
#ifndef FE_EMULATE_OAUTH_PAGE_STYLE_H
#define FE_EMULATE_OAUTH_PAGE_STYLE_H

/* Rules of CSS, in pieces; NULL ends them. */
const char *const *fe_page_style(void);

#endif
