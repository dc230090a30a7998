/* SPDX-License-Identifier: MIT */
#include "record/curl_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define SONAME "libcurl.so.4"

enum {
    VERSION_MIN = 0x075500 /* 7.85.0: protocols by name */
};

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
    {"curl_global_init", offsetof(struct fe_curl_library, global_init)},
    {"curl_global_cleanup", offsetof(struct fe_curl_library, global_cleanup)},
    {"curl_version_info", offsetof(struct fe_curl_library, version_info)},
    {"curl_easy_init", offsetof(struct fe_curl_library, easy_init)},
    {"curl_easy_setopt", offsetof(struct fe_curl_library, easy_setopt)},
    {"curl_easy_getinfo", offsetof(struct fe_curl_library, easy_getinfo)},
    {"curl_easy_send", offsetof(struct fe_curl_library, easy_send)},
    {"curl_easy_recv", offsetof(struct fe_curl_library, easy_recv)},
    {"curl_easy_strerror", offsetof(struct fe_curl_library, easy_strerror)},
    {"curl_easy_perform", offsetof(struct fe_curl_library, easy_perform)},
    {"curl_easy_reset", offsetof(struct fe_curl_library, easy_reset)},
    {"curl_easy_cleanup", offsetof(struct fe_curl_library, easy_cleanup)},
    {"curl_multi_init", offsetof(struct fe_curl_library, multi_init)},
    {"curl_multi_setopt", offsetof(struct fe_curl_library, multi_setopt)},
    {"curl_multi_add_handle", offsetof(struct fe_curl_library, multi_add_handle)},
    {"curl_multi_remove_handle", offsetof(struct fe_curl_library, multi_remove_handle)},
    {"curl_multi_assign", offsetof(struct fe_curl_library, multi_assign)},
    {"curl_multi_socket_action", offsetof(struct fe_curl_library, multi_socket_action)},
    {"curl_multi_info_read", offsetof(struct fe_curl_library, multi_info_read)},
    {"curl_multi_cleanup", offsetof(struct fe_curl_library, multi_cleanup)},
};

/* A pointer to a function has no conversion from one to an object in C, but POSIX promises the same
 * representation (dlsym). */
static int find_symbols(struct fe_curl_library *curl, struct fe_errors *errors)
{
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *symbol = dlsym(curl->handle, symbols[i].name);
        if (symbol == NULL) {
            fe_errors_add(errors, SONAME " has no %s", symbols[i].name);
            return -ENOENT;
        }
        memcpy((char *)curl + symbols[i].offset, &symbol, sizeof(symbol));
    }
    return 0;
}

static int start(struct fe_curl_library *curl, struct fe_errors *errors)
{
    if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fe_errors_add(errors, SONAME " does not start");
        return -ENOENT;
    }
    const curl_version_info_data *version = curl->version_info(CURLVERSION_NOW);
    if (version->version_num < VERSION_MIN) {
        fe_errors_add(errors, SONAME " is of version %s; 7.85.0 or later is needed",
                      version->version);
        curl->global_cleanup();
        return -ENOENT;
    }
    return 0;
}

int fe_curl_library_open(struct fe_curl_library *curl, struct fe_errors *errors)
{
    *curl = (struct fe_curl_library){.handle = NULL};
    /* Never unloaded: libraries under it leave work behind for the end of the process. */
    curl->handle = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (curl->handle == NULL) {
        fe_errors_add(errors, "libcurl is needed to speak to an upstream (Debian: libcurl4): %s",
                      dlerror());
        return -ENOENT;
    }
    int r = find_symbols(curl, errors);
    if (r == 0) {
        r = start(curl, errors);
    }
    if (r < 0) {
        (void)dlclose(curl->handle);
    }
    return r;
}

void fe_curl_library_close(struct fe_curl_library *curl)
{
    curl->global_cleanup();
    (void)dlclose(curl->handle);
}
