/* SPDX-License-Identifier: MIT */
/* libcurl, opened when something goes upstream and not before: linked, it would bring thirty more
 * libraries into every start of the program, most of which never leave the machine. */
#ifndef FE_RECORD_CURL_LIBRARY_H
#define FE_RECORD_CURL_LIBRARY_H

#include <curl/curl.h>

#include "util/errors.h"

/* The functions that we use, by their own names less "curl_". */
struct fe_curl_library {
    void *handle;
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    curl_version_info_data *(*version_info)(CURLversion age);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    CURLcode (*easy_send)(CURL *easy, const void *bytes, size_t size, size_t *sent_out);
    CURLcode (*easy_recv)(CURL *easy, void *bytes, size_t size, size_t *received_out);
    const char *(*easy_strerror)(CURLcode code);
    CURLcode (*easy_perform)(CURL *easy);
    void (*easy_reset)(CURL *easy);
    void (*easy_cleanup)(CURL *easy);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t fd, void *arg);
    CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t fd, int what, int *running_out);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left_out);
    CURLMcode (*multi_cleanup)(CURLM *multi);
};

/* -ENOENT and an error line: it is not there, or too old. */
int fe_curl_library_open(struct fe_curl_library *curl, struct fe_errors *errors);
void fe_curl_library_close(struct fe_curl_library *curl);

#endif
